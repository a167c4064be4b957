-- ARGV: name, its folded form. Answers id, name as it is stored, stored password.
local id = user_named(ARGV[1], ARGV[2])
local user = id and redis.call('HMGET', k('user', id), 'username', 'password')
if not (user and user[1]) then
    return fail('not_found')
end
return { id, user[1], user[2] or '' }
