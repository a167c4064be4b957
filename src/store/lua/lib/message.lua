-- Messages.

-- Stores a message of the user in the room, who has read it, and tells of it. tail is what follows the date in
-- the stored form, without the closing brace and whom it mentions, who are called by these names. The stored
-- form, and its id.
local function add_message(epoch, server, keep, user, room, tail, names)
    local a, b = direct_users(room)
    local appears = a and list_direct(room, a, b)
    local id, date = stamp(room)
    local member = '{"id":"' .. id .. '","from":"' .. user .. '","date":' .. date .. tail
        .. mentions_field(room, names) .. '}'
    redis.call('ZADD', messages_key(room), id, member)
    redis.call('HSET', k('own_room', room), 'last', id)
    add_mentions(room, member)
    mark_read(user, room, id)
    local to = 'room:' .. room
    local where = is_closed(room) and channel.own or channel.family
    local room_data = appears and shown(room, a, b)
    local room_seq = room_data and append(epoch, server, keep, 'show.room', room_data, to)
    local seq = append(epoch, server, keep, 'message', member, to)
    if room_data then
        publish(where, server, 'show.room', room_data, to, epoch, room_seq)
    end
    publish(where, server, 'message', member, to, epoch, seq)
    return member, id
end
