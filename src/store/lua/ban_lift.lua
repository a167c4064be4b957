-- ARGV: who asks, network. Answers who it is.
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end

bans_in_force()
if redis.call('HDEL', k('bans'), ARGV[3]) == 0 then
    return fail('not_found')
end
return { user, name }
