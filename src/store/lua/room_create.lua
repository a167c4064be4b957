-- ARGV: who asks, server, keep, kind ('public' or 'private'), name, topic or '', most and seconds of the limit of
-- rooms. Answers who it is, the new room's row (row_of), and how far behind the limit is; no row where it was
-- one too many.
local server, keep, kind, title, topic, most, seconds = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end
-- A token that is for some rooms is for no other.
if narrowed then
    return fail('insufficient_scope')
end
if kind == 'public' and is_title_taken(title, '') then
    return fail('name_taken')
end
local now = micros()
local limit = limit_find('room', user, most, seconds, now)
if limit_over(limit) then
    return { user, name, false, limit.behind }
end
limit_add(limit, now, 1)

local room = (kind == 'private' and 'g' or '') .. new_room_number()
redis.call('HSET', k('own_room', room), 'kind', kind, 'owner', user, 'created', redis.call('TIME')[1])
if topic ~= '' then
    redis.call('HSET', k('own_room', room), 'topic', topic)
end
name_room(room, title)
enter_room(epoch, server, keep, user, room)
return { user, name, row_of(user, room), limit.behind }
