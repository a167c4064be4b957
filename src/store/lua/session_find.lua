-- ARGV: sha256, seconds to live. Answers the user's id and name.
local user, name = session_user(ARGV[1], tonumber(ARGV[2]))
if not user then
    return fail('unauthenticated')
end
return { user, name }
