-- ARGV: who asks, server, keep, room, who is to be in it ('me' or an id). Answers who it is, whether they are new
-- in it, and its row (row_of). Anybody enters a public room, and who is in a room brings in others.
local server, keep, room, whom = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end
local is_in = is_member(user, room)
if not (is_in or is_open(room)) then
    return fail('not_found')
end
whom = whom == 'me' and user or whom
if whom ~= user then
    if not (is_in or may_manage(user, room)) then
        return fail('forbidden')
    end
    if not user_exists(whom) or not is_active(whom) then
        return fail('not_found')
    end
end
local joined = 0
if not is_member(whom, room) then
    if direct_users(room) then
        return fail('conflict')
    end
    enter_room(epoch, server, keep, whom, room)
    tell_members(epoch, server, keep, room)
    joined = 1
end
return { user, name, joined, row_of(user, room) }
