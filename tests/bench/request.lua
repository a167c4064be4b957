-- For wrk: -- METHOD [CONTENT-TYPE BODY]. Ends with one line of JSON about the run.
function init(args)
    wrk.method = args[1]
    if args[2] then
        wrk.headers['Content-Type'] = args[2]
        wrk.body = args[3]
    end
end

function done(summary, latency)
    local e = summary.errors
    print(string.format('{"requests":%d,"us":%d,"failed":%d,"p50_us":%d,"p99_us":%d}', summary.requests,
        summary.duration, e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50),
        latency:percentile(99)))
end
