-- Single-attribute updates: each connection writes its own entities, each value is new.
local root = "/ngsi-ld/v1/entities/urn:ngsi-ld:Meter:"
local entities_per_connection = 20
local thread_number = 0
local threads = {}
sent = 0
refused = 0

function setup(thread)
  thread:set("number", thread_number)
  thread_number = thread_number + 1
  table.insert(threads, thread)
end

function init(args)
  sent = 0
  refused = 0
end

function request()
  sent = sent + 1
  local entity = number * 10000 + sent % (64 * entities_per_connection)
  local body = '{"count":{"type":"Property","value":' .. sent .. '}}'
  return wrk.format("PATCH", root .. entity .. "/attrs", {["Content-Type"] = "application/json"}, body)
end

function response(status)
  if status ~= 204 then refused = refused + 1 end
end

function done(summary, latency, requests)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("refused") end
  local seconds = summary.duration / 1e6
  io.write(string.format(
    "RESULT requests=%d per_second=%.0f not_204=%d p50_ms=%.2f p99_ms=%.2f\n",
    summary.requests, summary.requests / seconds, wrong,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
