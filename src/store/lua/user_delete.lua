-- ARGV: who asks, server, keep, whom (an id, or 'me'), and of who deletes themselves the stored password. Answers
-- who it is, and the id of whom.
-- What they have written stays, and what others need in order to read it: their id, under a name that
-- nobody can take. The demo family's servers look that up too.
local server, keep, whom, stored = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('account')
if refusal then
    return refusal
end
if whom == 'me' and user ~= '' then
    -- Who was asked for their password, and has meanwhile given themselves another one elsewhere.
    if redis.call('HGET', k('user', user), 'password') ~= stored then
        return fail('conflict')
    end
    whom = user
elseif not is_admin(user) or whom == user or whom == 'me' then
    return fail('forbidden')
end
if not user_exists(whom) or is_deleted(whom) then
    return fail('not_found')
end
if is_last_admin(whom) then
    return fail('last_admin')
end

end_all(epoch, server, keep, whom)
take_offline(server, whom, {})
drop_reset(whom)
drop_hook(whom)
drop_address(whom)
local known = redis.call('HGET', k('user', whom), 'username')
if id_of_name_value(redis.call('GET', k('username', known))) == whom then
    redis.call('DEL', k('username', known))
end
if redis.call('HGET', k('names'), string.lower(known)) == whom then
    redis.call('HDEL', k('names'), string.lower(known))
end
for _, room in ipairs(rooms_left_by(whom)) do
    leave_room(epoch, server, keep, whom, room)
end
redis.call('SREM', k('admins'), whom)
redis.call('DEL', k('own_user', whom), k('user_closed', whom), k('user_rooms', whom),
    k('user_reads', whom), k('user_blocks', whom))
redis.call('HDEL', k('user', whom), 'password')
redis.call('HSET', k('user', whom), 'username', deleted_user)
redis.call('HSET', k('own_user', whom), 'deleted', '1', 'active', '0')

local data = '{"id":"' .. whom .. '","username":"' .. deleted_user .. '","deleted":true}'
local seq = append(epoch, server, keep, 'user.updated', data, 'all')
publish(channel.own, server, 'user.updated', data, 'all', epoch, seq)
return { user, name, whom }
