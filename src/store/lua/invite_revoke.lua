-- ARGV: who asks, sha256 of an invitation. Answers who it is.
local sha256 = ARGV[3]
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end
if redis.call('DEL', k('invite', sha256)) == 0 then
    return fail('not_found')
end
redis.call('SREM', k('invites'), sha256)
return { user, name }
