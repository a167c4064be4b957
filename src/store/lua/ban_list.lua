-- ARGV: who asks. Answers who it is, and a list: network, when its ban ends, ….
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end
return { user, name, bans_in_force() }
