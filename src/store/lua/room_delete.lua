-- ARGV: who asks, server, keep, room. Answers who it is, and whether something is left to do
-- (room_sweep.lua). General is everybody and a direct room is its two:
-- nobody removes those.
local server, keep, room = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end
if not may_see(user, room) then
    return fail('not_found')
end
if room == '0' or direct_users(room) then
    return fail('conflict')
end
if not may_manage(user, room) then
    return fail('forbidden')
end
drop_room(epoch, server, keep, room)
return { user, name, redis.call('EXISTS', k('gone_rooms')) }
