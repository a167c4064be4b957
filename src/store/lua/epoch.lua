-- ARGV: run_id of the server. Answers the epoch of the log.
-- Another server, or the same one started again, may have lost the newest entries: it gets a new epoch. Nor could
-- hubs renew their leases while there was no server: each gets twice the time to say that it lives.
local epoch = redis.call('GET', k('epoch'))
if epoch and log_end() and redis.call('GET', k('run')) == ARGV[1] then
    return epoch
end
epoch = begin_epoch()
redis.call('SET', k('run'), ARGV[1])
for _, hub in ipairs(redis.call('SMEMBERS', k('hubs'))) do
    redis.call('SET', k('hub', hub), 'epoch', 'EX', 2 * ttl.hub)
end
return epoch
