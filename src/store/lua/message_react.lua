-- ARGV: who asks, server, keep, room, id, emoji, the same as JSON, 1 to react with it or 0 not to any more, most kinds
-- and reactions of a message, most and seconds of the limit of messages. Answers who it is, the stored message, its id,
-- and how far behind the limit is; no message where it was one too many. What is so already is left as it is.
local server, keep, room, id, emoji, json, wanted, kinds_max, reactions_max, most, seconds = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end

local m, why = message_to_change(user, room, id)
if not m then
    return why
end
local now = micros()
local limit = limit_find('send', user, most, seconds, now)
local reactions, field = k('reactions', room, id), user .. ' ' .. emoji
if tostring(redis.call('HEXISTS', reactions, field)) == wanted then
    return { user, name, m.member, id, limit.behind }
end

-- The counts, each kind where it came first.
local by, kinds, known = wanted == '1' and 1 or -1, {}, false
for kind, count in string.gmatch(m.reactions, '("[^"]*"):(%d+)') do
    if kind == json then
        known, count = true, count + by
    end
    if tonumber(count) > 0 then
        kinds[#kinds + 1] = string.format('%s:%d', kind, count)
    end
end
if wanted == '1' and not known then
    kinds[#kinds + 1] = json .. ':1'
end
if #kinds > tonumber(kinds_max)
    or (wanted == '1' and redis.call('HLEN', reactions) >= tonumber(reactions_max)) then
    return fail('conflict')
end
if limit_over(limit) then
    return { user, name, false, false, limit.behind }
end

limit_add(limit, now, 1)
if wanted == '1' then
    redis.call('HSET', reactions, field, string.format('%.0f', now))
    redis.call('SADD', k('room_reacted', room), id)
else
    redis.call('HDEL', reactions, field)
    if redis.call('EXISTS', reactions) == 0 then
        redis.call('SREM', k('room_reacted', room), id)
    end
end
m.reactions = table.concat(kinds, ',')
local member = store_message(room, m)
tell_room(epoch, server, keep, room, 'reaction', '{"roomId":"' .. room .. '","id":"' .. id .. '","user":"' .. user
    .. '","emoji":' .. json .. ',"added":' .. (wanted == '1' and 'true' or 'false')
    .. ',"reactions":{' .. m.reactions .. '}}')
return { user, name, member, id, limit.behind }
