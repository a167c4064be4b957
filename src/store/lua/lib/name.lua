-- What users are called.

-- The user id that a value of username:{name} means: "user:7" in fact, "7" in the article's prose.
local function id_of_name_value(value)
    return value and string.match(value, '^user:(%d+)$') or value and string.match(value, '^%d+$')
end

-- The id of the user with this name, as it is written, else without regard to case; or nil.
local function user_named(name, folded)
    return id_of_name_value(redis.call('GET', k('username', name)))
        or redis.call('HGET', k('names'), folded) or nil
end

-- Takes into names whom the demo family registered, some of them a call. Are all in it?
local function take_names()
    local batch, again = 10000, 16
    -- The family takes a number some time before it writes the user: so the last few numbers are
    -- looked at once more.
    local total = tonumber(redis.call('GET', k('total_users')) or 0)
    local named = tonumber(redis.call('GET', k('named')) or 0)
    local first = math.max(named + 1 - again, 1)
    local last = math.min(total, named + batch)
    for id = first, last do
        local known = redis.call('HGET', k('user', id), 'username')
        if known and not is_deleted(id) then
            redis.call('HSETNX', k('names'), string.lower(known), id)
        end
    end
    redis.call('SET', k('named'), last)
    return last == total
end

local function is_taken(name, folded)
    return redis.call('HEXISTS', k('names'), folded) == 1 or redis.call('EXISTS', k('username', name)) == 1
end

-- A new user, who is in General; the id.
local function add_user(name, folded, password)
    -- A number that somebody has, since the counter was lost, is passed over.
    local id
    repeat
        id = redis.call('INCR', k('total_users'))
    until not user_exists(id)
    redis.call('SET', k('username', name), 'user:' .. id)
    redis.call('HSET', k('user', id), 'username', name, 'password', password)
    redis.call('SADD', k('user_rooms', id), '0')
    mark_all_read(id, '0')
    redis.call('HSET', k('names'), folded, id)
    redis.call('SET', k('named'), id)
    return string.format('%d', id)
end
