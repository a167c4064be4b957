-- ARGV: who asks, sha256 of the code, uses, seconds to live, most invitations. Answers who it is, and when it
-- expires.
local sha256, uses, seconds, most = unpack(ARGV, 3)
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end
if #invites() >= tonumber(most) then
    return fail('conflict')
end

local now = tonumber(redis.call('TIME')[1])
local expires = string.format('%d', now + tonumber(seconds))
redis.call('HSET', k('invite', sha256), 'by', user, 'created', now, 'expires', expires, 'uses', uses)
redis.call('EXPIRE', k('invite', sha256), seconds)
redis.call('SADD', k('invites'), sha256)
return { user, name, expires }
