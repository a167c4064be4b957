-- ARGV: server, keep, user, other (an id, else a name), other folded. Answers whether the direct
-- room was new in the user's list, then its row (room_row).
local server, keep, user, other, folded = unpack(ARGV)
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end

local is_id = string.match(other, '^[1-9]%d*$') and user_exists(other)
local peer = is_id and other or user_named(other, folded)
if not (peer and user_exists(peer) and user_exists(user)) then
    return fail('not_found')
end
if peer == user then
    return fail('invalid')
end
local a, b = user, peer
if tonumber(a) > tonumber(b) then
    a, b = b, a
end
local room = a .. ':' .. b
local created = redis.call('SADD', k('user_rooms', user), room)
if created == 1 then
    local data, to = shown(room, a, b), 'user:' .. user
    local seq = append(epoch, server, keep, 'show.room', data, to)
    publish(channel.own, server, 'show.room', data, to, epoch, seq)
end
return { created, room_row(room, {}) }
