-- ARGV: who asks, server, keep, room, who is to leave it ('me' or an id). Answers who it is. General is
-- everybody and a direct room says its two: nobody leaves those.
local server, keep, room, whom = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end
if not is_member(user, room) then
    return fail('not_found')
end
if whom ~= 'me' and whom ~= user then
    return fail('forbidden')
end
if room == '0' or direct_users(room) then
    return fail('conflict')
end

redis.call('SREM', k('room_members', room), user)
redis.call('SREM', k(is_closed(room) and 'user_closed' or 'user_rooms', user), room)
redis.call('HDEL', k('user_reads', user), room)
local data, to = '{"id":"' .. room .. '"}', 'user:' .. user
local seq = append(epoch, server, keep, 'room.left', data, to)
publish(channel.own, server, 'room.left', data, to, epoch, seq)
return { user, name }
