-- ARGV: server, hub, does it live (1; 0: it ends), most users to take offline. Answers whether the hub
-- had kept its lease since its last beat, and in how many milliseconds somebody may have to be taken
-- offline: 0 where more of them wait than one call takes.
-- A living hub renews its lease and takes away the users of hubs that have none; one that ends gives
-- its own up, and takes its own users away.
local server, hub, lives, most = ARGV[1], ARGV[2], ARGV[3] == '1', tonumber(ARGV[4])
if not redis.call('GET', k('epoch')) then
    return fail('no_epoch')
end

local kept = false
if lives then
    kept = redis.call('SET', k('hub', hub), 'beat', 'EX', ttl.hub, 'GET') == 'beat'
    redis.call('SADD', k('hubs'), hub)
    -- Without a lease its own users may be gone from here: first it says who they are.
    most = kept and most or 0
else
    redis.call('DEL', k('hub', hub))
end

local hubs = redis.call('SMEMBERS', k('hubs'))
local dead, next_ms = lives and {} or { hub }, ttl.hub * 1000
for _, other in ipairs(lives and hubs or {}) do
    local left_ms = redis.call('PTTL', k('hub', other))
    if left_ms == -2 then
        dead[#dead + 1] = other
    elseif left_ms >= 0 then
        next_ms = math.min(next_ms, left_ms + 1)
    end
end
if most == 0 then
    return { kept and 1 or 0, next_ms }
end

for _, gone in ipairs(dead) do
    local users = most > 0 and redis.call('SPOP', k('hub_users', gone), most) or {}
    for _, user in ipairs(users) do
        take_offline(server, user, hubs)
    end
    most = most - #users
    if redis.call('EXISTS', k('hub_users', gone)) == 0 then
        redis.call('SREM', k('hubs'), gone)
    else
        next_ms = 0
    end
end
return { kept and 1 or 0, next_ms }
