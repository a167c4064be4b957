-- Who asks, and what they may do.

-- The seconds that a session may live on from now: `seconds`, and no longer than any may live.
local function session_life(session, seconds, now)
    local created = tonumber(redis.call('HGET', session, 'created') or now)
    return math.min(seconds, created + ttl.session - now)
end

-- Id and name of the session's user, or nil. The session lives for another `seconds`; that is
-- written at most once an hour.
local function session_user(sha256, seconds)
    local session = k('session', sha256)
    local user = redis.call('HGET', session, 'user')
    local name = user and redis.call('HGET', k('user', user), 'username')
    if not name then
        return nil
    end
    local left = redis.call('TTL', session)
    if left < seconds - 3600 then
        local now = tonumber(redis.call('TIME')[1])
        local life = session_life(session, seconds, now)
        if left < life - 3600 then
            redis.call('EXPIRE', session, life)
            redis.call('HSET', session, 'seen', now)
        end
    end
    return user, name
end

-- Was what the asker shows an API token?
local by_token = false

-- The same of an API token, whose scope has to have what is needed.
local function token_user(sha256, need)
    local token = k('token', sha256)
    local said = redis.call('HMGET', token, 'user', 'scope', 'rooms', 'seen')
    local name = said[1] and redis.call('HGET', k('user', said[1]), 'username')
    if not name then
        return nil, nil, fail('unauthenticated')
    end
    if not string.find(said[2], need, 1, true) then
        return nil, nil, fail('insufficient_scope')
    end
    if said[3] ~= '' then
        narrowed = said[3]
    end
    by_token = true
    local now = tonumber(redis.call('TIME')[1])
    if now - tonumber(said[4] or 0) >= 3600 then
        redis.call('HSET', token, 'seen', now)
    end
    return said[1], name
end

-- The id of whom the operator stands for; nil where nobody stands for anybody.
local function stood_for()
    return string.match(ARGV[1], '^operator:(%d+)$')
end

-- May this user, who asks, run this server?
local function is_admin(user)
    return ARGV[1] == 'operator' or (not stood_for() and has_role(user))
end

-- Whom the operator stands for, as asker() says it. Nobody writes in another's name.
local function stand_for(user, need)
    if need ~= 'read' and need ~= 'account' then
        return nil, nil, fail('forbidden')
    end
    local name = redis.call('HGET', k('user', user), 'username')
    if not name or is_deleted(user) then
        return nil, nil, fail('not_found')
    end
    return user, name
end

-- Who asks: id and name, or nil, nil and what to answer. Works for somebody have the credential before their
-- own ARGV: the SHA-256 of what they show, and the seconds that a session lives on, followed by the networks
-- that it is shown from, where that matters; and id and name before their own answer. need is 'read' or 'write';
-- 'account', what a person does with their account, or 'admin', what admins do: no token has these. The operator
-- is who has Redis itself, and is nobody's id; who stands for somebody, reads and keeps their account.
local function asker(need)
    if stood_for() then
        return stand_for(stood_for(), need)
    end
    if ARGV[1] == 'operator' then
        if need == 'read' or need == 'write' then
            return nil, nil, fail('forbidden')
        end
        return '', ''
    end
    local seconds, networks = string.match(ARGV[2], '^(%d+) ?(.*)$')
    if networks ~= '' and banned(networks) then
        return nil, nil, fail('banned')
    end
    local user, name = session_user(ARGV[1], tonumber(seconds))
    if not user then
        return token_user(ARGV[1], need)
    end
    if need == 'admin' and not is_admin(user) then
        return nil, nil, fail('forbidden')
    end
    return user, name
end

-- The same for what changes something: the epoch, then who asks.
local function changer(need)
    local epoch = redis.call('GET', k('epoch'))
    if not epoch then
        return nil, nil, nil, fail('no_epoch')
    end
    return epoch, asker(need)
end
