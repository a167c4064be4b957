-- ARGV: max, ids …; without ids everybody who is online, by ascending id. Answers at most max times
-- id, name, online (1 or 0).
local max = tonumber(ARGV[1])
local ids = {}
for i = 2, #ARGV do
    ids[#ids + 1] = ARGV[i]
end
if #ids == 0 then
    -- Twice as many, since the demo family leaves ids here that no user has. It also leaves what is
    -- no number, which SORT refuses.
    ids = redis.pcall('SORT_RO', k('online_users'), 'LIMIT', 0, 2 * max)
    if ids.err then
        ids = {}
        for _, id in ipairs(redis.call('SMEMBERS', k('online_users'))) do
            if string.match(id, '^[1-9]%d*$') then
                ids[#ids + 1] = id
            end
        end
        table.sort(ids, function(a, b)
            return tonumber(a) < tonumber(b)
        end)
    end
end

local users = {}
for _, id in ipairs(ids) do
    if #users == 3 * max then
        break
    end
    local name = redis.call('HGET', k('user', id), 'username')
    if name then
        users[#users + 1] = id
        users[#users + 1] = name
        users[#users + 1] = redis.call('SISMEMBER', k('online_users'), id)
    end
end
return users
