-- ARGV: name, its folded form. Answers id, name as it is stored, stored password, role. Who was deactivated
-- has no password here: they are refused as anybody whose password is wrong.
local id = user_named(ARGV[1], ARGV[2])
local user = id and redis.call('HMGET', k('user', id), 'username', 'password')
if not (user and user[1]) then
    return fail('not_found')
end
return { id, user[1], is_active(id) and user[2] or '', redis.call('HGET', k('own_user', id), 'role') or '' }
