-- ARGV: four words a record: how it is added, its key, its field or score, its value. Answers how many were not
-- there, and which one was refused, from 0; -1: none. From that one on nothing was added.

-- Of numbers, and of ids of messages, as text. Those without a fraction of microseconds are as long as they are large.
local function is_more(a, b)
    return #a > #b or (#a == #b and a > b)
end

local add = {}

function add.string(key, _, value)
    return redis.call('SETNX', key, value)
end

function add.hash(key, field, value)
    return redis.call('HSETNX', key, field, value)
end

function add.set(key, _, value)
    return redis.call('SADD', key, value)
end

-- A message of ours that was changed since, or was before, is the same message.
function add.zset(key, score, value)
    local id = string.match(value, '^{"id":"[%d.]+"')
    for _, there in ipairs(id and redis.call('ZRANGEBYSCORE', key, score, score) or {}) do
        if string.sub(there, 1, #id) == id then
            return 0
        end
    end
    return redis.call('ZADD', key, 'NX', score, value)
end

function add.counter(key, _, value)
    local there = redis.call('GET', key)
    if there and not is_more(value, there) then
        return 0
    end
    redis.call('SET', key, value)
    return 1
end

function add.newest(key, field, value)
    local there = redis.call('HGET', key, field)
    if there and not is_more(value, there) then
        return 0
    end
    redis.call('HSET', key, field, value)
    return 1
end

-- Whose id or name it is: theirs, or nobody's.
function add.own(key, _, value)
    local there = redis.call('GET', key)
    return there and there ~= value and 'refused' or add.string(key, nil, value)
end

function add.own_field(key, field, value)
    local there = redis.call('HGET', key, field)
    return there and there ~= value and 'refused' or add.hash(key, field, value)
end

local added = 0
for i = 1, #ARGV, 4 do
    local n = add[ARGV[i]](ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
    if n == 'refused' then
        return { added, (i - 1) / 4 }
    end
    added = added + n
end
return { added, -1 }
