-- Throttles: see store/limit.h.

-- A limit, as store/limit.h says: most in so many seconds, 0 for none. What was done is forgotten a
-- step at a time; behind is how long until all is.
local function limit_find(what, who, most, seconds, now)
    most = tonumber(most)
    local limit = { most = most, key = k('limit', what, who), behind = 0 }
    if most > 0 then
        limit.window = seconds * 1000000
        limit.step = math.floor(limit.window / most)
        limit.behind = math.max((redis.call('GET', limit.key) or 0) - now, 0)
    end
    return limit
end

-- Would one more be too many?
local function limit_over(limit)
    return limit.most > 0 and limit.behind + limit.step > limit.window
end

-- Counts n more, or takes one back, for which n is -1.
local function limit_add(limit, now, n)
    if limit.most == 0 then
        return
    end
    limit.behind = math.max(limit.behind + n * limit.step, 0)
    if limit.behind == 0 then
        redis.call('DEL', limit.key)
    else
        redis.call('SET', limit.key, string.format('%.0f', now + limit.behind), 'PX',
            math.ceil(limit.behind / 1000))
    end
end

-- The limits of failed logins, in their order; most and seconds of each are ARGV from the first on.
local function login_limits(hash, networks, first, now)
    local place = place_of(networks)
    local function find(i, what, who)
        return limit_find(what, who, ARGV[first + 2 * i], ARGV[first + 2 * i + 1], now)
    end
    return { find(0, 'login', hash .. '@' .. place), find(1, 'login_address', place),
        find(2, 'login_name', hash) }
end
