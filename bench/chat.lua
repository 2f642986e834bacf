-- The request that wrk repeats. Arguments after "--": the API key.
function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. (args[1] or "none")
  wrk.body = '{"model":"stand-in","messages":[{"role":"user","content":"What is the capital of Portugal and why? out=16 batch=16"}]}'
end

function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %.0f %d %d %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50), latency:percentile(99), bad))
end
