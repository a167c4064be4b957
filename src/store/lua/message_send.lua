-- ARGV: who asks, server, keep, room, tail, nonce or '', most and seconds of the limit of messages.
-- Answers who it is, the stored message, its id, and how far behind the limit is; no message where it
-- was one too many.
-- tail is what follows the date in the stored form: ,"message":"…","roomId":"…"
local server, keep, room, tail, nonce, most, seconds = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end

local now = micros()
local limit = limit_find('send', user, most, seconds, now)
local sent = nonce ~= '' and k('sent', user, nonce)
local before = sent and redis.call('GET', sent)
if before then
    if string.sub(before, -#tail - 1) ~= tail .. '}' then
        return fail('nonce_reused')
    end
    return { user, name, before, string.match(before, '^{"id":"([%d.]+)"'), limit.behind }
end
if not is_member(user, room) then
    return fail('not_found')
end
if limit_over(limit) then
    return { user, name, false, false, limit.behind }
end
limit_add(limit, now, 1)

local a, b = direct_users(room)
local appears = a and list_direct(room, a, b)
local id, date = stamp(room)
local member = '{"id":"' .. id .. '","from":"' .. user .. '","date":' .. date .. tail .. '}'
redis.call('ZADD', messages_key(room), id, member)
redis.call('HSET', k('own_room', room), 'last', id)
if sent then
    redis.call('SET', sent, member, 'EX', ttl.sent)
end

local to = 'room:' .. room
local where = is_closed(room) and channel.own or channel.family
local room_data = appears and shown(room, a, b)
local room_seq = room_data and append(epoch, server, keep, 'show.room', room_data, to)
local seq = append(epoch, server, keep, 'message', member, to)
if room_data then
    publish(where, server, 'show.room', room_data, to, epoch, room_seq)
end
publish(where, server, 'message', member, to, epoch, seq)
return { user, name, member, id, limit.behind }
