-- ARGV: user. Answers the log's end, then one row (room_row) for each of the user's rooms.
local user = ARGV[1]
local newest = log_end()
if not newest then
    return fail('no_epoch')
end
local list, people = { newest }, {}
if user_exists(user) then
    for _, room in ipairs(rooms_of(user)) do
        list[#list + 1] = room_row(room, people)
    end
end
return list
