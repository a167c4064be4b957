-- Messages.

-- Is Redis so full that no more of them are taken? The hubs watch it (store/memory.h).
local function is_full()
    return redis.call('GET', k('memory')) == 'full'
end

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
    tell_bots(room, user, member)
    local to = 'room:' .. room
    -- Who has blocked the sender is not to see the room.
    local shown_to = appears and has_blocked(peer_of(room, user), user) and 'user:' .. user or to
    local where = is_closed(room) and channel.own or channel.family
    local room_data = appears and shown(room, a, b)
    local room_seq = room_data and append(epoch, server, keep, 'show.room', room_data, shown_to)
    local seq = append(epoch, server, keep, 'message', member, to)
    if room_data then
        publish(where, server, 'show.room', room_data, shown_to, epoch, room_seq)
    end
    publish(where, server, 'message', member, to, epoch, seq)
    return member, id
end

-- A message as the pieces of its stored form, where snug stored it; nil for any other. In text a quote always has a
-- backslash before it: what begins with a quote is no text. tail is what follows the text up to whom it mentions.
local function message_parts(member)
    local head, id, from, rest = string.match(member,
        '^({"id":"([%d.]+)","from":"(%d+)","date":%d+,"message":)(".*)}$')
    local at = rest and string.find(rest, ',"roomId":"', 1, true)
    if not at then
        return nil
    end
    local m = { member = member, head = head, id = id, from = from, rev = 0, reactions = '' }
    local tail = string.sub(rest, at)
    local deleted = ',"deleted":true'
    if string.sub(tail, -#deleted) == deleted then
        m.deleted, tail = true, string.sub(tail, 1, -#deleted - 1)
    end
    local before, reactions = string.match(tail, '^(.*),"reactions":{([^{}]*)}$')
    if before then
        m.reactions, tail = reactions, before
    end
    local kept, rev, edited = string.match(tail, '^(.*),"rev":(%d+),"edited":(%d+)$')
    if kept then
        m.rev, m.edited, tail = tonumber(rev), edited, kept
    end
    m.text, m.tail = string.sub(rest, 1, at - 1), tail
    return m
end

-- The stored form that the pieces make, as model_message_write() of model/message.c does.
local function message_text(m)
    return m.head .. m.text .. m.tail
        .. (m.rev > 0 and string.format(',"rev":%d,"edited":%s', m.rev, m.edited) or '')
        .. (m.reactions ~= '' and ',"reactions":{' .. m.reactions .. '}' or '')
        .. (m.deleted and ',"deleted":true' or '') .. '}'
end

-- The message that snug stored in the room under this id, as its pieces; or nil.
local function find_message(room, id)
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', messages_key(room), id, id)) do
        local m = message_parts(member)
        if m and m.id == id then
            return m
        end
    end
    return nil
end

-- Is the message that snug stored in the room under this id to be told still? Not what was deleted, nor what is gone,
-- since the room keeps no more, or is gone itself. Asked of many at once, so it looks only at both ends.
local function is_told(room, id)
    local head, tail = '{"id":"' .. id .. '",', ',"deleted":true}'
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', messages_key(room), id, id)) do
        if string.sub(member, 1, #head) == head then
            return string.sub(member, -#tail) ~= tail
        end
    end
    return false
end

-- A message as it is by now, given as it was stored before. What is not there any more stays as it was.
local function message_now(member)
    local old = message_parts(member)
    local room = old and string.match(old.tail, '^,"roomId":"([^"]*)"')
    local m = room and find_message(room, old.id)
    return m and m.member or member
end

-- Puts the pieces in the place of what was stored; the stored form.
local function store_message(room, m)
    local member = message_text(m)
    drop_mentions(room, m.member)
    redis.call('ZREM', messages_key(room), m.member)
    redis.call('ZADD', messages_key(room), m.id, member)
    add_mentions(room, member)
    return member
end

-- Tells those in the room what has become of a message.
local function tell_room(epoch, server, keep, room, kind, data)
    local to = 'room:' .. room
    local seq = append(epoch, server, keep, kind, data, to)
    publish(channel.own, server, kind, data, to, epoch, seq)
end

-- May the user edit and delete what this one wrote in the room?
local function may_change(user, room, from)
    return user == from or may_manage(user, room)
end

-- The message of a room of the user that is to be changed, or nil and the refusal.
local function message_to_change(user, room, id)
    local m = is_member(user, room) and find_message(room, id)
    if not m then
        return nil, fail('not_found')
    end
    if is_archived(room) then
        return nil, fail('archived')
    end
    if m.deleted then
        return nil, fail('conflict')
    end
    return m
end
