-- ARGV: who asks, server, keep, room, id of a message. Answers who it is, the marker, how many messages are
-- unread behind it, and how many of these speak to them.
local server, keep, room, id = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end
if not is_member(user, room) then
    return fail('not_found')
end
-- What has been read need not be there any more, but it cannot be later than what is.
local newest = redis.call('ZREVRANGE', messages_key(room), 0, 0, 'WITHSCORES')[2]
if not newest or tonumber(score_of(id)) > tonumber(newest) then
    return fail('not_found')
end

local moved = mark_read(user, room, id)
local marker = redis.call('HGET', k('user_reads', user), room)
local unread, mentions = count_unread(user, room, marker)
if moved then
    local data = '{"roomId":"' .. room .. '","id":"' .. marker .. '","unread":' .. unread
        .. ',"mentions":' .. mentions .. '}'
    local to = 'user:' .. user
    local seq = append(epoch, server, keep, 'read', data, to)
    publish(channel.own, server, 'read', data, to, epoch, seq)
end
return { user, name, marker, unread, mentions }
