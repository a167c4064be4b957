-- ARGV: who asks, network. Answers who it is.
local user, name, refusal = asker('account')
if refusal then
    return refusal
end
if not is_admin(user) then
    return fail('forbidden')
end

bans_in_force()
if redis.call('HDEL', k('bans'), ARGV[3]) == 0 then
    return fail('not_found')
end
return { user, name }
