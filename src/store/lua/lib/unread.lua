-- What is unread: what is behind a marker.

-- How many messages of the room the user has not read, and how many of these speak to them.
local function count_unread(user, room, marker)
    local unread = redis.call('ZCOUNT', messages_key(room), marker and '(' .. score_of(marker) or '-inf', '+inf')
    return unread, unread > 0 and count_mentions(user, room, marker) or 0
end

-- Adds to the row of a room (room_row) what it is to a user who has read up to the marker: how many messages
-- are unread, how many of these speak to them, and the marker.
local function with_unread(row, user, marker)
    row[#row + 1], row[#row + 2] = count_unread(user, row[1], marker)
    row[#row + 1] = marker or false
    return row
end
