-- ARGV: hub; where the walk has come to; keys to look at; most messages to remove; how many messages, and for how
-- many days, a room keeps that does not say so itself, 0: all. Answers whether it is this hub that walks, where
-- it goes on, and how many messages were removed. Where there may be more of them to remove it goes on here.
local hub, cursor = ARGV[1], ARGV[2]
local keys, most, count, days = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local sweeper = redis.call('GET', k('sweeper'))
if sweeper and sweeper ~= hub then
    return { 0, cursor, 0 }
end
redis.call('SET', k('sweeper'), hub, 'EX', ttl.hub)

local now = tonumber(redis.call('TIME')[1])

-- How many of the room's oldest messages are to go.
local function outdated(room, zset)
    local own = redis.call('HMGET', k('own_room', room), 'retain', 'retainDays')
    local kept = tonumber(own[1] or count)
    local age = tonumber(own[2] or days)
    local over = kept > 0 and redis.call('ZCARD', zset) - kept or 0
    local old = age > 0 and redis.call('ZCOUNT', zset, '-inf', string.format('(%d', now - age * 86400)) or 0
    return math.max(over, old, 0)
end

local function remove(room, zset, n)
    for _, member in ipairs(redis.call('ZRANGE', zset, 0, n - 1)) do
        local id = string.match(member, '^{"id":"([%d.]+)"')
        if id then
            redis.call('UNLINK', k('reactions', room, id))
            redis.call('SREM', k('room_reacted', room), id)
        end
        drop_mentions(room, member)
    end
    redis.call('ZREMRANGEBYRANK', zset, 0, n - 1)
end

local removed = 0
local page = redis.call('SCAN', cursor, 'COUNT', keys, 'TYPE', 'zset')
for _, zset in ipairs(page[2]) do
    local room = room_of_messages(zset)
    local n = room and math.min(outdated(room, zset), most - removed) or 0
    if n > 0 then
        remove(room, zset, n)
        removed = removed + n
    end
end
return { 1, removed < most and page[1] or cursor, removed }
