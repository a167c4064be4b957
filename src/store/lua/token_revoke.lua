-- ARGV: who asks, server, keep, sha256. Answers who it is, and whose it was.
local server, keep, sha256 = unpack(ARGV, 3)
-- A token may end itself, and nothing else of the account.
local epoch, user, name, refusal = changer(ARGV[1] == sha256 and '' or 'account')
if refusal then
    return refusal
end
local owner = redis.call('HGET', k('token', sha256), 'user')
if not owner or (owner ~= user and not is_admin(user)) then
    return fail('not_found')
end
end_token(epoch, server, keep, owner, sha256)
return { user, name, owner }
