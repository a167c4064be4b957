-- ARGV: run_id of the server. Answers the epoch of the log.
-- Another server, or the same one started again, may have lost the newest entries: it gets a new epoch,
-- above every older one, so that no number is given twice. The first entry of an epoch has number
-- 0 and is for nobody: the log always has an end, and events count from 1. Nor could hubs renew their
-- leases while there was no server: each gets twice the time to say that it lives.
local epoch, last = redis.call('GET', k('epoch')), log_end()
if epoch and last and redis.call('GET', k('run')) == ARGV[1] then
    return epoch
end
local now = redis.call('TIME')
local newest = math.max(
    tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000),
    (tonumber(epoch) or 0) + 1,
    last and tonumber(string.match(last, '^%d+')) + 1 or 0)
epoch = string.format('%.0f', newest)
redis.call('SET', k('epoch'), epoch)
redis.call('SET', k('run'), ARGV[1])
redis.call('XADD', k('events'), epoch .. '-0', 'type', 'epoch', 'data', '{}', 'to', 'none', 'server', '')
for _, hub in ipairs(redis.call('SMEMBERS', k('hubs'))) do
    redis.call('SET', k('hub', hub), 'epoch', 'EX', 2 * ttl.hub)
end
return epoch
