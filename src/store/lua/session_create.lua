-- ARGV: server, keep, sha256, user, address, agent, seconds to live, most sessions of a user.
local server, keep, sha256, user, address, agent, seconds, most = unpack(ARGV)
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end
if not user_exists(user) then
    return fail('not_found')
end
-- Deactivated since their password was looked at.
if not is_active(user) then
    return fail('bad_credentials')
end

-- Sessions expire by themselves, their entries in the user's set do not: each new one takes a few
-- dead ones away.
local mine = k('user_sessions', user)
for _, old in ipairs(redis.call('SRANDMEMBER', mine, 8)) do
    if redis.call('EXISTS', k('session', old)) == 0 then
        redis.call('SREM', mine, old)
    end
end
if redis.call('SCARD', mine) >= tonumber(most) then
    local first, first_seen
    for _, other in ipairs(redis.call('SMEMBERS', mine)) do
        local seen = tonumber(redis.call('HGET', k('session', other), 'seen') or 0)
        if not first or seen < first_seen then
            first, first_seen = other, seen
        end
    end
    end_session(epoch, server, keep, user, first)
end

local now = redis.call('TIME')[1]
redis.call('HSET', k('session', sha256), 'user', user, 'created', now, 'seen', now, 'ip', address,
    'agent', agent)
redis.call('EXPIRE', k('session', sha256), seconds)
redis.call('SADD', mine, sha256)
return 1
