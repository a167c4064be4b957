-- ARGV: who asks, whose ('' for the asker's own). Answers who it is, and of each token: sha256, name, scope, rooms,
-- created, seen, expires.
local user, name, refusal = asker('account')
if refusal then
    return refusal
end
local owner, refused = token_owner(user, ARGV[3])
if refused then
    return refused
end

local tokens = {}
for _, sha256 in ipairs(tokens_of(owner)) do
    local said = redis.call('HMGET', k('token', sha256), 'name', 'scope', 'rooms', 'created', 'seen', 'expires')
    tokens[#tokens + 1] = { sha256, said[1], said[2], said[3], said[4], said[5], said[6] or '0' }
end
return { user, name, tokens }
