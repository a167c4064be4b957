-- ARGV: the courier's name, most bots, seconds of a lease. Answers of each bot whose lease it has got: its id, address and key,
-- and of the message that is first in its queue: id, reason, the sender's name, the message as it is by now: what
-- was deleted says nothing.
local courier, most, seconds = unpack(ARGV)
local now = micros()
local jobs = {}
for _, bot in ipairs(redis.call('ZRANGEBYSCORE', k('outbox'), '-inf', now, 'LIMIT', 0, most)) do
    local hook = k('bot_hook', bot)
    local url, secret = unpack(redis.call('HMGET', hook, 'url', 'key'))
    local first = url and is_active(bot) and redis.call('XRANGE', k('bot_queue', bot), '-', '+', 'COUNT', 1)[1]
    if first then
        local id, fields = unpack(first)
        local from = string.match(fields[4], '^{"id":"[^"]*","from":"(%d+)"')
        redis.call('ZADD', k('outbox'), string.format('%.0f', now + seconds * 1000000), bot)
        redis.call('HSET', hook, 'lease', courier)
        jobs[#jobs + 1] = { bot, url, secret, id, fields[2],
            from and redis.call('HGET', k('user', from), 'username') or '', message_now(fields[4]) }
    else
        drop_queue(bot)
    end
end
return jobs
