-- ARGV: who asks, server, keep, whom, role ('admin', 'member', '' for as it is), active ('1', '0', '' for
-- as it is). Answers who it is, and the row of whom (user_row).
local server, keep, whom, role, active = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('admin')
if refusal then
    return refusal
end
if not user_exists(whom) or is_deleted(whom) then
    return fail('not_found')
end
-- Nobody runs a server by a token.
if role == 'admin' and redis.call('HGET', k('own_user', whom), 'bot') == '1' then
    return fail('conflict')
end
if (role == 'member' or active == '0') and is_last_admin(whom) then
    return fail('last_admin')
end

local own = k('own_user', whom)
if role == 'admin' then
    redis.call('HSET', own, 'role', 'admin')
    redis.call('SADD', k('admins'), whom)
elseif role == 'member' then
    redis.call('HDEL', own, 'role')
    redis.call('SREM', k('admins'), whom)
end
if active == '1' then
    redis.call('HDEL', own, 'active')
elseif active == '0' then
    redis.call('HSET', own, 'active', '0')
    drop_reset(whom)
    end_all(epoch, server, keep, whom)
    take_offline(server, whom, {})
    for _, room in ipairs(rooms_left_by(whom)) do
        if pass_on(whom, room, true) then
            tell_changed(epoch, server, keep, room)
        end
    end
end
return { user, name, user_row(whom, true) }
