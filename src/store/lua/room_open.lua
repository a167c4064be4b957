-- ARGV: who asks, server, keep, other (an id, else a name), other folded. Answers who it is, whether
-- the direct room was new in the asker's list, and its row (row_of).
local server, keep, other, folded = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end

local is_id = string.match(other, '^[1-9]%d*$') and user_exists(other)
local peer = is_id and other or user_named(other, folded)
if not (peer and user_exists(peer)) or is_deleted(peer) then
    return fail('not_found')
end
if peer == user then
    return fail('invalid')
end
local room = direct_room(user, peer)
if not is_in_scope(room) then
    return fail('not_found')
end
if has_blocked(user, peer) then
    return fail('forbidden')
end
local created = redis.call('SADD', k('user_rooms', user), room)
if created == 1 then
    local data, to = shown(room, direct_users(room)), 'user:' .. user
    local seq = append(epoch, server, keep, 'show.room', data, to)
    publish(channel.own, server, 'show.room', data, to, epoch, seq)
end
return { user, name, created, row_of(user, room) }
