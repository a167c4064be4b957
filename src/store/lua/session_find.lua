-- ARGV: who asks. Answers who it is, and their role.
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
return { user, name, redis.call('HGET', k('own_user', user), 'role') or '' }
