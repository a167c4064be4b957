-- ARGV: who asks. Answers who it is.
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
return { user, name }
