-- ARGV: sha256, user, address, agent, seconds to live.
local sha256, user, address, agent, seconds = unpack(ARGV)
if not user_exists(user) then
    return fail('not_found')
end

-- Sessions expire by themselves, their entries in the user's set do not: each new one takes a few
-- dead ones away.
local mine = k('user_sessions', user)
for _, old in ipairs(redis.call('SRANDMEMBER', mine, 8)) do
    if redis.call('EXISTS', k('session', old)) == 0 then
        redis.call('SREM', mine, old)
    end
end

local now = redis.call('TIME')[1]
redis.call('HSET', k('session', sha256), 'user', user, 'created', now, 'seen', now, 'ip', address,
    'agent', agent)
redis.call('EXPIRE', k('session', sha256), seconds)
redis.call('SADD', mine, sha256)
return 1
