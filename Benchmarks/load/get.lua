-- One page, again and again, as a browser asks for it.
function request()
  return wrk.format("GET", wrk.path, {["Accept-Encoding"] = "gzip", ["Accept"] = "text/html"})
end

function done(summary, latency, requests)
  local seconds = summary.duration / 1e6
  local errors = summary.errors
  io.write(string.format(
    "RESULT requests=%d per_second=%.0f wrong=%d p50_ms=%.2f p99_ms=%.2f\n",
    summary.requests, summary.requests / seconds,
    errors.status + errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
