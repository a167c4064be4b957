-- ARGV: who asks, server, keep, room, who is to be in it ('me' or an id). Answers who it is, whether
-- they are new in it, and its row (room_row).
local server, keep, room, whom = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end

local title, joined = nil, 0
if not is_member(user, room) then
    -- A room that anybody may enter has a number and a name.
    title = string.match(room, '^%d+$') and is_in_scope(room) and redis.call('GET', k('room_name', room))
    if not title then
        return fail('not_found')
    end
end
if whom ~= 'me' and whom ~= user then
    return fail('forbidden')
end

if title then
    redis.call('SADD', k('user_rooms', user), room)
    mark_all_read(user, room)
    local data, to = '{"id":"' .. room .. '","names":[' .. json_string(title) .. ']}', 'user:' .. user
    local seq = append(epoch, server, keep, 'show.room', data, to)
    publish(channel.own, server, 'show.room', data, to, epoch, seq)
    joined = 1
end
return { user, name, joined, with_unread(room_row(room, {}), user, redis.call('HGET', k('user_reads', user), room)) }
