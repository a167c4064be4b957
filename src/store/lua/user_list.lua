-- ARGV: who asks, max, ids …; without ids everybody who is online, by ascending id. Answers who it is, and at
-- most max rows (user_row).
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
local max = tonumber(ARGV[3])
local ids = {}
for i = 4, #ARGV do
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

local sees_all = is_admin(user)
local rows = {}
for _, id in ipairs(ids) do
    if #rows == max then
        break
    end
    rows[#rows + 1] = user_row(id, sees_all or id == user)
end
return { user, name, rows }
