-- ARGV: the four stored passwords, a random number. Answers 1, or 0 where there are users already.
if redis.call('EXISTS', k('total_users')) == 1 then
    return 0
end
local names = { 'Pablo', 'Joe', 'Mary', 'Alex' }
local greetings = { 'Hello', 'Hi', 'Yo', 'Hola' }
local meeting = { 'Hello!', 'Hi, How are you? What about our next meeting?', 'Yeah everything is fine',
    'Next meeting tomorrow 10.00AM', "Wow that's great" }
math.randomseed(tonumber(ARGV[5]))
local now = tonumber(redis.call('TIME')[1])

-- A message of `age` seconds ago. Two of a room may be of one second: the number of the message
-- as microseconds keeps them apart.
local written = 0
local function say(room, user, age, text)
    written = written + 1
    local date = string.format('%d', now - age)
    local id = string.format('%s.%06d', date, written)
    redis.call('ZADD', k('room', room), id, '{"id":"' .. id .. '","from":"' .. user .. '","date":' .. date
        .. ',"message":"' .. text .. '","roomId":"' .. room .. '"}')
    mark_read(user, room, id)
end

redis.call('SET', k('total_users'), #names)
redis.call('SET', k('room_name', '0'), 'General')
for id, name in ipairs(names) do
    redis.call('SET', k('username', name), 'user:' .. id)
    redis.call('HSET', k('user', id), 'username', name, 'password', ARGV[id])
    redis.call('SADD', k('user_rooms', id), '0')
    redis.call('HSET', k('names'), string.lower(name), id)
end
redis.call('SET', k('named'), #names)
for a = 1, #names do
    for b = a + 1, #names do
        local room = a .. ':' .. b
        redis.call('SADD', k('user_rooms', a), room)
        redis.call('SADD', k('user_rooms', b), room)
        say(room, a, math.random(0, 222), greetings[math.random(#greetings)])
        say(room, b, math.random(0, 222), greetings[math.random(#greetings)])
    end
end
for i, text in ipairs(meeting) do
    say('0', math.random(#names), (#meeting + 1 - i) * 200, text)
end
for _, room in ipairs({ '0', '1:2', '1:3', '1:4', '2:3', '2:4', '3:4' }) do
    local newest = redis.call('ZREVRANGE', k('room', room), 0, 0)[1]
    redis.call('HSET', k('own_room', room), 'last', string.match(newest, '^{"id":"([%d.]+)"'))
end
return 1
