-- ARGV: who asks. Answers who it is, and a list: network, when its ban ends, ….
local user, name, refusal = asker('account')
if refusal then
    return refusal
end
if not is_admin(user) then
    return fail('forbidden')
end
return { user, name, bans_in_force() }
