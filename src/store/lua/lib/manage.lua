-- What is done to rooms. Of what a room is, room.lua tells.

-- Where a public room stands in the list of them: they are ordered by name, which is unique without regard to the
-- case of ASCII letters.
local function public_entry(title, room)
    return string.lower(title) .. '\t' .. room
end

-- Does a public room that is not this one have the name?
local function is_title_taken(title, room)
    local general = redis.call('GET', k('room_name', '0')) or 'General'
    if room ~= '0' and string.lower(title) == string.lower(general) then
        return true
    end
    local low = string.lower(title) .. '\t'
    -- A digit follows, and ":" follows the digits.
    for _, entry in ipairs(redis.call('ZRANGEBYLEX', k('public_rooms'), '[' .. low, '(' .. low .. ':')) do
        local other = string.match(entry, '%d+$')
        local known = redis.call('GET', k('room_name', other))
        if other ~= room and known and public_entry(known, other) == entry then
            return true
        end
    end
    return false
end

-- Gives a room its name.
local function name_room(room, title)
    if is_closed(room) then
        redis.call('HSET', k('own_room', room), 'name', title)
        return
    end
    local before = redis.call('GET', k('room_name', room))
    redis.call('SET', k('room_name', room), title)
    if room ~= '0' then
        if before then
            redis.call('ZREM', k('public_rooms'), public_entry(before, room))
        end
        redis.call('ZADD', k('public_rooms'), 0, public_entry(title, room))
    end
end

-- A number that no room has, nor had: one of the family's is passed over.
local function new_room_number()
    local n
    repeat
        n = string.format('%d', redis.call('INCR', k('room_counter')))
    until redis.call('EXISTS', k('room', n), k('room_name', n), k('own_room', n)) == 0
    return n
end

-- What everybody in a room may know of it, who are not told who asks: the data of room.updated.
local function room_data(room)
    local state = room_state(room)
    local kind = is_closed(room) and 'private' or 'public'
    local data = '{"id":"' .. room .. '","kind":"' .. kind .. '","name":'
        .. json_string(state[1] or (room == '0' and 'General' or room))
    local function add(field, value)
        data = data .. (value and ',"' .. field .. '":' .. value or '')
    end
    add('topic', state[2] and json_string(state[2]))
    add('owner', state[3] and json_string(state[3]))
    add('archived', state[4] == '1' and 'true')
    add('retain', state[5])
    add('retainDays', state[6])
    add('members', state[7])
    add('onlineCount', state[8])
    return data .. '}'
end

-- Tells who is in a room that it has changed.
local function tell_changed(epoch, server, keep, room)
    local data, to = room_data(room), 'room:' .. room
    local seq = append(epoch, server, keep, 'room.updated', data, to)
    publish(channel.own, server, 'room.updated', data, to, epoch, seq)
end

-- Who else reads along is told where only those read who were asked in. In a public room it would be as many
-- times as many events as people come.
local function tell_members(epoch, server, keep, room)
    if is_closed(room) then
        tell_changed(epoch, server, keep, room)
    end
end

-- Puts a user into a public or closed room, and tells them.
local function enter_room(epoch, server, keep, user, room)
    local closed = is_closed(room)
    redis.call('SADD', k('room_members', room), user)
    redis.call('SADD', k(closed and 'user_closed' or 'user_rooms', user), room)
    mark_all_read(user, room)
    local title = title_of(room)
    if title and not closed then
        -- One that the family has made comes into the list with the first who enters it here.
        redis.call('ZADD', k('public_rooms'), 0, public_entry(title, room))
    end
    local data, to = '{"id":"' .. room .. '","names":[' .. json_string(title or room) .. ']}', 'user:' .. user
    local seq = append(epoch, server, keep, 'show.room', data, to)
    publish(channel.own, server, 'show.room', data, to, epoch, seq)
end

-- Takes the webhooks of a room away. Their bots are users, and stay.
local function drop_hooks(room)
    local hooks = redis.call('HGETALL', k('room_hooks', room))
    for i = 1, #hooks, 2 do
        redis.call('DEL', k('hook', hooks[i + 1]))
        redis.call('HDEL', k('own_user', hooks[i]), 'hookRoom')
        redis.call('HDEL', k('user_reads', hooks[i]), room)
    end
    redis.call('DEL', k('room_hooks', room))
end

-- Some of what is left of a room that is gone: takes people out, who are told by one event, and reactions away. Is
-- nothing left?
local function sweep_room(epoch, server, keep, room)
    local batch, keys = 200, {}
    local members = redis.call('SPOP', k('room_leaving', room), batch)
    table.sort(members)
    for _, user in ipairs(members) do
        redis.call('SREM', k(is_closed(room) and 'user_closed' or 'user_rooms', user), room)
        redis.call('HDEL', k('user_reads', user), room)
    end
    if #members > 0 then
        local data, to = '{"id":"' .. room .. '"}', 'users:' .. table.concat(members, ',')
        local seq = append(epoch, server, keep, 'room.left', data, to)
        publish(channel.own, server, 'room.left', data, to, epoch, seq)
    end
    for i, id in ipairs(redis.call('SPOP', k('room_reacted', room), batch)) do
        keys[i] = k('reactions', room, id)
    end
    if #keys > 0 then
        redis.call('UNLINK', unpack(keys))
    end
    return redis.call('EXISTS', k('room_leaving', room), k('room_reacted', room)) == 0
end

-- Removes a room with all that there is of it. It is gone at once, for everybody; what there may be many of, people
-- and reactions, goes some at a time, so that nobody else waits: room_sweep.lua does the rest. What is large in
-- itself is freed by Redis beside its work.
local function drop_room(epoch, server, keep, room)
    local title = title_of(room)
    if title and not is_closed(room) then
        redis.call('ZREM', k('public_rooms'), public_entry(title, room))
    end
    drop_hooks(room)
    redis.call('UNLINK', messages_key(room), k('room_name', room), k('own_room', room), k('room_mentions', room))
    if redis.call('EXISTS', k('room_members', room)) == 1 then
        redis.call('RENAME', k('room_members', room), k('room_leaving', room))
    end
    if not sweep_room(epoch, server, keep, room) then
        redis.call('SADD', k('gone_rooms'), room)
    end
end

-- Who is to own a room after the user: of those in it, or a hundred of them where they are more, the one who is
-- here longest. Neither a bot nor who was deactivated; nil where there is nobody.
local function heir_of(user, room)
    local heir
    for _, other in ipairs(redis.call('SRANDMEMBER', k('room_members', room), 100)) do
        local own = redis.call('HMGET', k('own_user', other), 'active', 'bot')
        if other ~= user and own[1] ~= '0' and own[2] ~= '1' and (not heir or tonumber(other) < tonumber(heir)) then
            heir = other
        end
    end
    return heir
end

-- The room, if the user owned it, is another one's; where there is nobody it is nobody's, unless the user stays in
-- it. Has it changed?
local function pass_on(user, room, stays)
    if redis.call('HGET', k('own_room', room), 'owner') ~= user then
        return false
    end
    local heir = heir_of(user, room)
    if heir then
        redis.call('HSET', k('own_room', room), 'owner', heir)
    elseif not stays then
        redis.call('HDEL', k('own_room', room), 'owner')
    end
    return heir ~= nil or not stays
end

-- Takes a user out of a public or closed room, and tells them. A closed one that nobody is in any more is gone:
-- nobody could ever come into it.
local function leave_room(epoch, server, keep, user, room)
    redis.call('SREM', k('room_members', room), user)
    redis.call('SREM', k(is_closed(room) and 'user_closed' or 'user_rooms', user), room)
    redis.call('HDEL', k('user_reads', user), room)
    local data, to = '{"id":"' .. room .. '"}', 'user:' .. user
    local seq = append(epoch, server, keep, 'room.left', data, to)
    publish(channel.own, server, 'room.left', data, to, epoch, seq)
    if is_closed(room) and redis.call('SCARD', k('room_members', room)) == 0 then
        drop_room(epoch, server, keep, room)
    elseif pass_on(user, room, false) or is_closed(room) then
        tell_changed(epoch, server, keep, room)
    end
end

-- The public and closed rooms of a user, whatever a token is for.
local function rooms_left_by(user)
    local rooms = {}
    for _, room in ipairs(redis.call('SMEMBERS', k('user_rooms', user))) do
        if string.match(room, '^[1-9]%d*$') then
            rooms[#rooms + 1] = room
        end
    end
    for _, room in ipairs(redis.call('SMEMBERS', k('user_closed', user))) do
        if is_closed(room) then
            rooms[#rooms + 1] = room
        end
    end
    return rooms
end

-- May the user, who asks, know of a room?
local function may_see(user, room)
    return is_member(user, room) or is_open(room)
end

-- May the user, who asks and may know of the room, change it? Its owner, and who runs this server; for that no
-- token is.
local function may_manage(user, room)
    return redis.call('HGET', k('own_room', room), 'owner') == user or (not by_token and is_admin(user))
end
