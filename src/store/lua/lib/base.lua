-- Keys, refusals and the time. Above is key, channel and ttl, made from store/keys.h.

-- A key: k('user_rooms', '1') is "user:1:rooms".
local function k(name, ...)
    return string.format(key[name], ...)
end

-- Refuses. The word is one of err_code() in base/err.c, or no_epoch.
local function fail(code)
    return redis.error_reply('SNUG ' .. code)
end

-- The time in microseconds: a whole number that a double holds exactly.
local function micros()
    local now = redis.call('TIME')
    return now[1] * 1000000 + now[2]
end
