-- ARGV: sha256 of the secret, networks, server, keep, text as JSON, names that it mentions, name as JSON or '', most and
-- seconds of the limit of hooks. Answers the hook's bot and room, how far behind the limit is, and the message's id; no
-- id where it was one too many.
local sha256, networks, server, keep, text, names, as, most, seconds = unpack(ARGV)
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end
if banned(networks) then
    return fail('banned')
end
local hook = k('hook', sha256)
local room, bot, seen = unpack(redis.call('HMGET', hook, 'room', 'user', 'seen'))
if not room or not user_exists(bot) or not is_active(bot) then
    return fail('not_found')
end
if is_archived(room) then
    return fail('archived')
end
if is_full() then
    return fail('storage_full')
end
local now = micros()
local limit = limit_find('hook', bot, most, seconds, now)
if limit_over(limit) then
    return { bot, room, limit.behind, false }
end

limit_add(limit, now, 1)
local seconds_now = math.floor(now / 1000000)
if seconds_now - tonumber(seen or 0) >= 3600 then
    redis.call('HSET', hook, 'seen', seconds_now)
end
local tail = ',"message":' .. text .. ',"roomId":"' .. room .. '"' .. (as ~= '' and ',"as":' .. as or '')
local _, id = add_message(epoch, server, keep, bot, room, tail, names)
return { bot, room, limit.behind, id }
