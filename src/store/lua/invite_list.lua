-- ARGV: who asks. Answers who it is, and of each invitation: sha256, by whom, created, expires, uses left.
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end

local rows = {}
for _, sha256 in ipairs(invites()) do
    local said = redis.call('HMGET', k('invite', sha256), 'by', 'created', 'expires', 'uses')
    rows[#rows + 1] = { sha256, unpack(said) }
end
return { user, name, rows }
