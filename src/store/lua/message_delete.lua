-- ARGV: who asks, server, keep, room, id; of a demo server's message also who wrote it, and the members that say it.
-- Answers who it is. Of ours the place is left, so that who pages by it, or answers it, finds it. A message of a
-- demo server has no place that would stay: its id is made of what it says.
local server, keep, room, id, from = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end

local m = is_member(user, room) and (from and { from = from } or find_message(room, id))
if not m then
    return fail('not_found')
end
if not may_change(user, room, m.from) then
    return fail('forbidden')
end
if m.deleted then
    return { user, name }
end
local gone = 0
for i = 8, #ARGV do
    gone = gone + redis.call('ZREM', messages_key(room), ARGV[i])
end
if from and gone == 0 then
    return { user, name }
end

if not from then
    local nonce = string.match(m.tail, ',"nonce":"([^"]*)"')
    local old = string.sub(m.head, 1, #id + 8)
    m.text, m.tail, m.rev, m.reactions, m.deleted = '""', ',"roomId":"' .. room .. '"', 0, '', true
    local member = store_message(room, m)
    redis.call('DEL', k('reactions', room, id))
    redis.call('SREM', k('room_reacted', room), id)
    -- Who repeats the nonce would be told the text.
    local sent = nonce and k('sent', m.from, nonce)
    if sent and string.sub(redis.call('GET', sent) or '', 1, #old) == old then
        redis.call('SET', sent, member, 'KEEPTTL')
    end
end
tell_room(epoch, server, keep, room, 'message.deleted', '{"id":"' .. id .. '","roomId":"' .. room .. '"}')
return { user, name }
