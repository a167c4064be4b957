-- ARGV: who asks. Answers who it is, the log's end, then one row (room_row, with_unread) for each of the user's rooms.
local newest = log_end()
if not newest then
    return fail('no_epoch')
end
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
local list, people, markers = { user, name, newest }, {}, markers_of(user)
for _, room in ipairs(rooms_of(user)) do
    list[#list + 1] = with_unread(room_row(room, people, true), user, markers[room])
end
return list
