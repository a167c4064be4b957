-- ARGV: who asks, server, room, most and seconds of the limit of being told. Answers who it is. Above the limit
-- nobody is told, and nothing is wrong.
local server, room, most, seconds = unpack(ARGV, 3)
local user, name, refusal = asker('write')
if refusal then
    return refusal
end
if not is_member(user, room) then
    return fail('not_found')
end
if is_archived(room) then
    return fail('archived')
end
local peer = peer_of(room, user)
if peer and has_blocked(user, peer) then
    return fail('forbidden')
end
local now = micros()
local limit = limit_find('typing', user .. '@' .. room, most, seconds, now)
if not limit_over(limit) then
    limit_add(limit, now, 1)
    publish(channel.own, server, 'typing', '{"roomId":"' .. room .. '","user":"' .. user .. '","username":'
        .. json_string(name) .. '}', 'room:' .. room)
end
return { user, name }
