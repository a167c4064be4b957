-- By what a user is here: sessions, API tokens, invitations and links, and how they end.

-- Whose API tokens may the user make and see? Their own (''); an admin those of bots.
-- The owner's id, or nil and the refusal.
local function token_owner(user, whose)
    local owner = whose ~= '' and whose or user
    if not user_exists(owner) or not is_active(owner) then
        return nil, fail('not_found')
    end
    if owner ~= user and not (is_bot(owner) and is_admin(user)) then
        return nil, fail('forbidden')
    end
    return owner
end

-- Tells the hubs, which end the streams of it.
local function tell_ended(epoch, server, keep, sha256)
    local data, to = '{"session":"' .. sha256 .. '"}', 'session:' .. sha256
    local seq = append(epoch, server, keep, 'session.ended', data, to)
    publish(channel.own, server, 'session.ended', data, to, epoch, seq)
end

-- Ends a session of the user, and with it its streams.
local function end_session(epoch, server, keep, user, sha256)
    redis.call('DEL', k('session', sha256))
    redis.call('SREM', k('user_sessions', user), sha256)
    tell_ended(epoch, server, keep, sha256)
end

-- Ends an API token of the user. To the hubs it is a session like any other.
local function end_token(epoch, server, keep, user, sha256)
    redis.call('DEL', k('token', sha256))
    redis.call('SREM', k('user_tokens', user), sha256)
    tell_ended(epoch, server, keep, sha256)
end

-- Those of the user's tokens that are good. They expire by themselves, their entries in the set do not.
local function tokens_of(user)
    local good = {}
    for _, sha256 in ipairs(redis.call('SMEMBERS', k('user_tokens', user))) do
        if redis.call('EXISTS', k('token', sha256)) == 1 then
            good[#good + 1] = sha256
        else
            redis.call('SREM', k('user_tokens', user), sha256)
        end
    end
    return good
end

-- Ends everything by which a user is here.
local function end_all(epoch, server, keep, user)
    for _, sha256 in ipairs(redis.call('SMEMBERS', k('user_sessions', user))) do
        end_session(epoch, server, keep, user, sha256)
    end
    for _, sha256 in ipairs(tokens_of(user)) do
        end_token(epoch, server, keep, user, sha256)
    end
end

-- Takes the link back by which the user could give themselves another password.
local function drop_reset(user)
    local sha256 = redis.call('HGET', k('own_user', user), 'reset')
    if sha256 then
        redis.call('DEL', k('reset', sha256))
        redis.call('HDEL', k('own_user', user), 'reset')
    end
end

-- The invitations that are good. They expire by themselves, their entries in the set do not.
local function invites()
    local good = {}
    for _, sha256 in ipairs(redis.call('SMEMBERS', k('invites'))) do
        if redis.call('EXISTS', k('invite', sha256)) == 1 then
            good[#good + 1] = sha256
        else
            redis.call('SREM', k('invites'), sha256)
        end
    end
    return good
end

-- Opens a session of the user, who has at most so many: one more ends the one that was not used for longest.
local function open_session(epoch, server, keep, sha256, user, address, agent, seconds, most)
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
end

-- Ends all sessions of the user who asks but the asking one.
local function end_others(epoch, server, keep, user)
    for _, sha256 in ipairs(redis.call('SMEMBERS', k('user_sessions', user))) do
        if sha256 ~= ARGV[1] then
            end_session(epoch, server, keep, user, sha256)
        end
    end
end
