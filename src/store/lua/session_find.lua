-- ARGV: who asks. Answers who it is.
local user, name = asker()
if not user then
    return fail('unauthenticated')
end
return { user, name }
