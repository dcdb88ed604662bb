-- The context API over many entities: wrk … -- VERB ENTITIES, one verb a run.
-- VERB: get, list, value, range, near, count, patch, create. Every answer's status is checked.
local root = "/ngsi-ld/v1/entities"
local json = {["Content-Type"] = "application/json"}
local threads = {}
local right = {patch = 204, create = 201}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(args)
  verb = args[1]
  entities = tonumber(args[2])
  expected = right[verb] or 200
  wrong = 0
  sent = 0
  -- New entities of every run have names of their own.
  run = tostring(os.time()) .. "-" .. number
  math.randomseed(os.time() + number)
end

local function id(index) return string.format("urn:ngsi-ld:Thing:%07d", index) end

local function query(text) return wrk.format("GET", root .. "?type=Thing&" .. text) end

local verbs = {
  get = function() return wrk.format("GET", root .. "/" .. id(math.random(0, entities - 1))) end,
  list = function() return query("limit=20&offset=" .. 20 * math.random(0, 49)) end,
  value = function() return query("q=number==" .. math.random(0, entities - 1)) end,
  range = function() return query("q=number%3E" .. entities - math.random(1, 100)) end,
  near = function()
    return query(string.format(
      "georel=near%%3BmaxDistance==200&geometry=Point&coordinates=%%5B%.4f,%.4f%%5D",
      130.6 + 0.3 * math.random(), 32.1 + 0.3 * math.random()))
  end,
  count = function() return query("count=true&limit=0") end,
  patch = function()
    sent = sent + 1
    return wrk.format(
      "PATCH", root .. "/" .. id(math.random(0, entities - 1)) .. "/attrs", json,
      '{"level":{"type":"Property","value":' .. sent .. '}}')
  end,
  create = function()
    sent = sent + 1
    return wrk.format("POST", root, json, string.format(
      '{"id":"urn:ngsi-ld:New:%s-%d","type":"New","number":{"type":"Property","value":%d},' ..
      '"name":{"type":"Property","value":"new %d"}}', run, sent, sent, sent))
  end,
}

function request() return verbs[verb]() end

function response(status)
  if status ~= expected then wrong = wrong + 1 end
end

function done(summary, latency, requests)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("wrong") end
  local seconds = summary.duration / 1e6
  local errors = summary.errors
  io.write(string.format(
    "RESULT requests=%d per_second=%.0f wrong=%d p50_ms=%.2f p99_ms=%.2f\n",
    summary.requests, summary.requests / seconds,
    refused + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
