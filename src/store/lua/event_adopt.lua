-- ARGV: server, keep, type, data, room, sender or '', hash. Answers whether it was taken into the log.
local server, keep, kind, data, room, sender, hash = unpack(ARGV)
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end

local a, b = direct_users(room)
-- Where one has blocked the other, the room is not to appear.
local hidden = a and (has_blocked(a, b) or has_blocked(b, a))
if kind == 'show.room' then
    if not (a and user_exists(a) and user_exists(b)) or hidden then
        return 0
    end
elseif is_closed(room) or not (is_member(sender, room) and is_active(sender)) then
    return 0
end
if not redis.call('SET', k('adopted', hash), '1', 'NX', 'EX', ttl.adopted) then
    return 0
end
-- One of the family's servers puts a direct room into nobody's list; and when it showed it, no hub
-- may have listened.
local appears = a and list_direct(room, a, b) and kind ~= 'show.room' and not hidden
if kind == 'message' then
    mark_all_read(sender, room) -- up to here: the date is the sender's to choose
end

local to = 'room:' .. room
local room_data = appears and shown(room, a, b)
local room_seq = room_data and append(epoch, server, keep, 'show.room', room_data, to)
local seq = append(epoch, server, keep, kind, data, to)
if room_data then
    publish(channel.own, server, 'show.room', room_data, to, epoch, room_seq)
end
publish(channel.own, server, kind, data, to, epoch, seq)
return 1
