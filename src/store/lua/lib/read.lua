-- What people have read: of each room up to a message, the marker. Where there is none, nothing was read.

-- Where a message is in its room, by its id.
local function score_of(id)
    return string.match(id, '^[^~]+')
end

-- Moves the user's marker to this message, never backwards. Has it moved?
local function mark_read(user, room, id)
    local before = redis.call('HGET', k('user_reads', user), room)
    if before and tonumber(score_of(before)) >= tonumber(score_of(id)) then
        return false
    end
    redis.call('HSET', k('user_reads', user), room, id)
    return true
end

-- Who comes into a room has not missed what was said before. The marker is a moment, and no message's id.
local function mark_all_read(user, room)
    local now = redis.call('TIME')
    mark_read(user, room, string.format('%d.%06d', now[1], now[2]))
end

-- The user's markers: room to id.
local function markers_of(user)
    local markers, all = {}, redis.call('HGETALL', k('user_reads', user))
    for i = 1, #all, 2 do
        markers[all[i]] = all[i + 1]
    end
    return markers
end
