-- Outgoing webhooks: see store/outbox.h.

-- Puts a message into the queue of a bot that has an address. reason: 'direct' or 'mention'.
local function queue_for(bot, reason, member)
    local hook, queue = k('bot_hook', bot), k('bot_queue', bot)
    local url, paused = unpack(redis.call('HMGET', hook, 'url', 'paused'))
    if not url or paused then
        return
    end
    if redis.call('XLEN', queue) >= cap.queue then
        redis.call('HINCRBY', hook, 'dropped', 1)
    end
    redis.call('XADD', queue, 'MAXLEN', cap.queue, '*', 'reason', reason, 'message', member)
    redis.call('ZADD', k('outbox'), 'NX', string.format('%.0f', micros()), bot)
end

-- Puts a stored message of the user into the queues of the bots that it speaks to: the other one of a direct room, and
-- who is mentioned by name. "@room" means people.
local function tell_bots(room, user, member)
    local a, b = direct_users(room)
    local peer = a and (user == a and b or a)
    if peer then
        queue_for(peer, 'direct', member)
    end
    for who in string.gmatch(string.match(member, ',"mentions":%[([^%]]*)%]') or '', '%d+') do
        if who ~= user and who ~= peer then
            queue_for(who, 'mention', member)
        end
    end
end

-- Takes what waits for a bot away.
local function drop_queue(bot)
    redis.call('DEL', k('bot_queue', bot))
    redis.call('ZREM', k('outbox'), bot)
end

-- Takes a bot's address away, and what waits for it. Had it one?
local function drop_address(bot)
    drop_queue(bot)
    return redis.call('DEL', k('bot_hook', bot)) == 1
end
