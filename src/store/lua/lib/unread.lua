-- What is unread: what is behind a marker.

-- How many messages of the room the user has not read, and how many of these speak to them.
local function count_unread(user, room, marker)
    local unread = redis.call('ZCOUNT', messages_key(room), marker and '(' .. score_of(marker) or '-inf', '+inf')
    return unread, unread > 0 and count_mentions(user, room, marker) or 0
end

-- Adds to the row of a room (room_row) what it is to a user who has read up to the marker: how many messages
-- are unread, how many of these speak to them, and the marker.
local function with_unread(row, user, marker)
    local is_in = row[2] == 1
    local unread, mentions = 0, 0
    if is_in then
        unread, mentions = count_unread(user, row[1], marker)
    end
    row[#row + 1] = unread
    row[#row + 1] = mentions
    row[#row + 1] = is_in and marker or false
    return row
end

-- What a room is to a user: its row (room_row, with_unread).
local function row_of(user, room)
    return with_unread(room_row(room, {}, is_member(user, room)), user, redis.call('HGET', k('user_reads', user), room))
end
