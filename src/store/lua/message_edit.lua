-- ARGV: who asks, server, keep, room, id, text as JSON, names that it mentions, rev or '', most and seconds of
-- the limit of messages. Answers who it is, the stored message, its id, and how far behind the limit is; no message
-- where it was one too many. What says this already is left as it is.
local server, keep, room, id, text, names, rev, most, seconds = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end

local m, why = message_to_change(user, room, id)
if not m then
    return why
end
if not may_change(user, room, m.from) then
    return fail('forbidden')
end
if rev ~= '' and tonumber(rev) ~= m.rev then
    return fail('conflict')
end
local now = micros()
local limit = limit_find('send', user, most, seconds, now)
if m.text == text then
    return { user, name, m.member, id, limit.behind }
end
if limit_over(limit) then
    return { user, name, false, false, limit.behind }
end

limit_add(limit, now, 1)
m.tail = string.gsub(m.tail, ',"mentions":%[[^%]]*%]$', '') .. mentions_field(room, names)
m.text, m.rev, m.edited = text, m.rev + 1, string.format('%d', math.floor(now / 1000000))
local member = store_message(room, m)
tell_room(epoch, server, keep, room, 'message.edited', member)
return { user, name, member, id, limit.behind }
