-- ARGV: the courier's name, bot, id in its queue, 'delivered', 'refused', 'failed' or 'gone', the status, the seconds that the receiver
-- asked to wait, the percentage of a wait; then of failures: the first wait, the longest, and how many of them, in how many
-- seconds, pause the webhook. Answers 1 where that paused it, else 0.
local courier, bot, id, ending, status, asked, percent, first, longest, many, pause = unpack(ARGV)
local hook, queue = k('bot_hook', bot), k('bot_queue', bot)
if redis.call('HGET', hook, 'lease') ~= courier then
    return fail('not_found')
end
redis.call('HDEL', hook, 'lease')
if ending == 'delivered' or ending == 'refused' then
    redis.call('XDEL', queue, id)
end

local now = micros()
local wait = 0
if ending == 'delivered' then
    redis.call('HDEL', hook, 'failures', 'since', 'status')
else
    local seconds = math.floor(now / 1000000)
    local failures = redis.call('HINCRBY', hook, 'failures', 1)
    redis.call('HSETNX', hook, 'since', seconds)
    redis.call('HSET', hook, 'status', status)
    local since = tonumber(redis.call('HGET', hook, 'since'))
    if ending == 'gone' or (failures >= tonumber(many) and seconds - since >= tonumber(pause)) then
        redis.call('HSET', hook, 'paused', seconds)
        drop_queue(bot)
        return 1
    end
    local backoff = math.min(first * 2 ^ (failures - 1), longest)
    wait = math.max(backoff, math.min(asked, longest)) * percent / 100
end
if ending == 'refused' then
    redis.call('HINCRBY', hook, 'dropped', 1)
end
if redis.call('XLEN', queue) == 0 then
    drop_queue(bot)
else
    redis.call('ZADD', k('outbox'), string.format('%.0f', now + wait * 1000000), bot)
end
return 0
