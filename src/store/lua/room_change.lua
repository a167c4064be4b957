-- ARGV: who asks, server, keep, room, then field, value, … as in snug:room:{room}, and its name; '' takes a field
-- away. Answers who it is, and the room's row (row_of).
local server, keep, room = unpack(ARGV, 3, 5)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end
if not may_see(user, room) then
    return fail('not_found')
end
if direct_users(room) then
    return fail('conflict')
end
if not may_manage(user, room) then
    return fail('forbidden')
end
for i = 6, #ARGV, 2 do
    local field, value = ARGV[i], ARGV[i + 1]
    if room == '0' and (field == 'archived' or field == 'owner') then
        return fail('conflict')
    end
    if field == 'name' and not is_closed(room) and is_title_taken(value, room) then
        return fail('name_taken')
    end
    if field == 'owner' and not (is_member(value, room) and is_active(value)) then
        return fail('invalid')
    end
end

for i = 6, #ARGV, 2 do
    local field, value = ARGV[i], ARGV[i + 1]
    if field == 'name' then
        name_room(room, value)
    elseif value == '' then
        redis.call('HDEL', k('own_room', room), field)
    else
        redis.call('HSET', k('own_room', room), field, value)
    end
end
tell_changed(epoch, server, keep, room)
return { user, name, row_of(user, room) }
