-- ARGV: sha256 of the code. Answers id and name of the user whose password it sets.
local user = redis.call('GET', k('reset', ARGV[1]))
local name = user and redis.call('HGET', k('user', user), 'username')
if not name then
    return fail('bad_link')
end
return { user, name }
