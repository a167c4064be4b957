-- ARGV: networks, sha256 of the code. Answers id and name of the user whose password it sets.
if banned(ARGV[1]) then
    return fail('banned')
end
local user = redis.call('GET', k('reset', ARGV[2]))
local name = user and redis.call('HGET', k('user', user), 'username')
if not name then
    return fail('bad_link')
end
return { user, name }
