-- Whom people have blocked: nothing that they say to them alone, and no mention by them, reaches who did. Nobody is
-- told, and what is said is stored all the same.

local function has_blocked(user, other)
    return redis.call('SISMEMBER', k('user_blocks', user), other) == 1
end

-- Those whom the user has blocked: id to true.
local function blocked_by(user)
    local blocked = {}
    for _, other in ipairs(redis.call('SMEMBERS', k('user_blocks', user))) do
        blocked[other] = true
    end
    return blocked
end
