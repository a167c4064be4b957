-- ARGV: who asks, server, keep, room, who is to leave it ('me' or an id). Answers who it is. General is
-- everybody and a direct room says its two: nobody leaves those. Who may change a room removes others.
local server, keep, room, whom = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end
whom = whom == 'me' and user or whom
if not (is_member(user, room) or (whom ~= user and is_open(room))) then
    return fail('not_found')
end
if whom ~= user and not may_manage(user, room) then
    return fail('forbidden')
end
if room == '0' or direct_users(room) then
    return fail('conflict')
end
if not is_member(whom, room) then
    return fail('not_found')
end
leave_room(epoch, server, keep, whom, room)
return { user, name }
