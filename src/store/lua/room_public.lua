-- ARGV: who asks, where to go on ('' at the beginning, else an answer's own word), most rooms. Answers who it is,
-- rows (room_row, with_unread) of public rooms by name, and where to go on, or ''. Entries that do not say the room's name,
-- since a demo server has changed it, are put right.
local after, most = ARGV[3], tonumber(ARGV[4])
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
local number, low = string.match(after, '^(%d+):(.*)$')
local from = number and '(' .. low .. '\t' .. number or '-'
local rows, people, markers, entry = {}, {}, markers_of(user), nil
local entries = redis.call('ZRANGEBYLEX', k('public_rooms'), from, '+', 'LIMIT', 0, most + 1)
for i = 1, math.min(#entries, most) do
    entry = entries[i]
    local room = string.match(entry, '%d+$')
    local title = redis.call('GET', k('room_name', room))
    if title and public_entry(title, room) == entry then
        if is_in_scope(room) then
            rows[#rows + 1] = with_unread(room_row(room, people, is_member(user, room)), user, markers[room])
        end
    else
        redis.call('ZREM', k('public_rooms'), entry)
        if title then
            redis.call('ZADD', k('public_rooms'), 0, public_entry(title, room))
        end
    end
end
if #entries <= most then
    return { user, name, rows, '' }
end
low, number = string.match(entry, '^(.*)\t(%d+)$')
return { user, name, rows, number .. ':' .. low }
