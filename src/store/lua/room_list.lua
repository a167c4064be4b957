-- ARGV: who asks. Answers who it is, the log's end, then one row (room_row) for each of the user's rooms.
local newest = log_end()
if not newest then
    return fail('no_epoch')
end
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
local list, people = { user, name, newest }, {}
for _, room in ipairs(rooms_of(user)) do
    list[#list + 1] = room_row(room, people)
end
return list
