-- Rooms: which there are, and who is in them.

-- The two users of a direct room; nil for any other.
local function direct_users(room)
    return string.match(room, '^([1-9]%d*):([1-9]%d*)$')
end

-- The other of a direct room's two; nil where the user is none of them, and for any other room.
local function peer_of(room, user)
    local a, b = direct_users(room)
    return a == user and b or b == user and a or nil
end

-- The direct room of two users.
local function direct_room(a, b)
    return tonumber(a) < tonumber(b) and a .. ':' .. b or b .. ':' .. a
end

local function is_closed(room)
    return string.sub(room, 1, 1) == 'g'
end

-- The rooms that the token which asks is for, "0,1:2"; nil: all of its user's.
local narrowed

local function is_in_scope(room)
    return not narrowed or string.find(',' .. narrowed .. ',', ',' .. room .. ',', 1, true) ~= nil
end

-- The name of a room that is not direct; false where it has none.
local function title_of(room)
    if is_closed(room) then
        return redis.call('HGET', k('own_room', room), 'name')
    end
    return redis.call('GET', k('room_name', room))
end

-- General is everybody, a direct room says its two in its id, other rooms keep a set. Of a public room that is
-- not there any more, neither its name nor a message, nobody is a member, whatever a set of the family says.
local function is_member(user, room)
    if not user_exists(user) or not is_in_scope(room) then
        return false
    end
    if room == '0' then
        return true
    end
    local a, b = direct_users(room)
    if a then
        return (user == a and user_exists(b)) or (user == b and user_exists(a))
    end
    if is_closed(room) then
        return redis.call('SISMEMBER', k('room_members', room), user) == 1
    end
    return redis.call('SISMEMBER', k('user_rooms', user), room) == 1
        and redis.call('EXISTS', k('room_name', room), k('room', room)) > 0
end

-- May anybody enter it? A room of which that is so has a number and a name, and is no secret.
local function is_open(room)
    return string.match(room, '^%d+$') and is_in_scope(room) and title_of(room) and true or false
end

-- Is it read only?
local function is_archived(room)
    return redis.call('HGET', k('own_room', room), 'archived') == '1'
end

-- The rooms that a user is in, but for direct ones with whom they have blocked. The family's set holds what its
-- servers wrote: neither a closed room nor the direct room of others comes out of it.
local function rooms_of(user)
    local rooms, blocked = {}, blocked_by(user)
    local function add(room)
        if is_in_scope(room) then
            rooms[#rooms + 1] = room
        end
    end
    add('0')
    for _, room in ipairs(redis.call('SMEMBERS', k('user_rooms', user))) do
        local peer = peer_of(room, user)
        local hidden = direct_users(room) and (not peer or blocked[peer])
        if room ~= '0' and not hidden and not is_closed(room) then
            add(room)
        end
    end
    for _, room in ipairs(redis.call('SMEMBERS', k('user_closed', user))) do
        if is_closed(room) and redis.call('SISMEMBER', k('room_members', room), user) == 1 then
            add(room)
        end
    end
    return rooms
end

-- Where a room's messages are.
local function messages_key(room)
    return k(is_closed(room) and 'room_messages' or 'room', room)
end

-- The room whose messages this key has, or nil.
local function room_of_messages(zset)
    for _, pattern in ipairs({ key['room'], key['room_messages'] }) do
        local room = string.match(zset, '^' .. string.format(pattern, '(g?%d[%d:]*)') .. '$')
        if room and messages_key(room) == zset then
            return room
        end
    end
    return nil
end

-- The id of a new message in the room: the time as "seconds.microseconds", but at least a
-- microsecond after the newest id that was given here. And its seconds. Both are integers until
-- they are text: a double of this size has no microsecond to add.
local function stamp(room)
    local now = redis.call('TIME')
    local sec, usec = tonumber(now[1]), tonumber(now[2])
    local last = redis.call('HGET', k('own_room', room), 'last') or ''
    local last_sec, last_usec = string.match(last, '^(%d+)%.(%d%d%d%d%d%d)$')
    last_sec, last_usec = tonumber(last_sec), tonumber(last_usec)
    if last_sec and (sec < last_sec or (sec == last_sec and usec <= last_usec)) then
        sec, usec = last_sec, last_usec + 1
        if usec == 1000000 then
            sec, usec = sec + 1, 0
        end
    end
    return string.format('%d.%06d', sec, usec), string.format('%d', sec)
end

-- Puts a direct room into the lists of its two. Was it new to one of them?
local function list_direct(room, a, b)
    local added = redis.call('SADD', k('user_rooms', a), room)
    return added + redis.call('SADD', k('user_rooms', b), room) > 0
end

-- The data of a direct room's show.room, as the demo family writes it.
local function shown(room, a, b)
    local function name(user)
        return '[' .. json_string(redis.call('HGET', k('user', user), 'username') or '') .. ']'
    end
    return '{"id":"' .. room .. '","names":[' .. name(a) .. ',' .. name(b) .. ']}'
end

-- Of a room that is not direct, as text or false: name, topic, owner, archived, retain, retainDays, how many are
-- in it, how many of them are online. How many are in General nobody counts.
local function room_state(room)
    local own = redis.call('HMGET', k('own_room', room), 'topic', 'owner', 'archived', 'retain', 'retainDays')
    local count, online = false, nil
    if room == '0' then
        online = redis.call('SCARD', k('online_users'))
    else
        count = tostring(redis.call('SCARD', k('room_members', room)))
        online = redis.call('SINTERCARD', 2, k('online_users'), k('room_members', room))
    end
    return { title_of(room), own[1], own[2], own[3], own[4], own[5], count, tostring(online) }
end

-- What a list of rooms says of one: id, is the user in it, newest message and its score, as who is in it may know
-- them, then name and presence of a direct room's two, then the room_state() of any other. What there is not is
-- false. people remembers who was looked up.
local function room_row(room, people, is_in)
    local last = is_in and redis.call('ZREVRANGE', messages_key(room), 0, 0, 'WITHSCORES') or {}
    local row = { room, is_in and 1 or 0, last[1] or false, last[2] or false, false, false, false, false, false }
    local function person(user)
        people[user] = people[user] or {
            redis.call('HGET', k('user', user), 'username'),
            redis.call('SISMEMBER', k('online_users'), user),
        }
        return unpack(people[user])
    end
    local a, b = direct_users(room)
    if a then
        row[5], row[6] = person(a)
        row[7], row[8] = person(b)
    else
        row[9] = room_state(room)
    end
    return row
end
