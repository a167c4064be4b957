-- ARGV: who asks, most people to list. Answers who it is, the log's end, the rooms, how many are online, who,
-- unless they are too many, the rooms that a token narrows the stream to, and in how many milliseconds session or
-- token ends (below 0: not by itself).
local newest = log_end()
if not newest then
    return fail('no_epoch')
end
local user, name, refusal = asker('read')
if refusal then
    return refusal
end

local count = redis.call('SCARD', k('online_users'))
local online = count <= tonumber(ARGV[3]) and redis.call('SMEMBERS', k('online_users')) or {}
local left = redis.call('PTTL', k('session', ARGV[1]))
if left < 0 then
    left = redis.call('PTTL', k('token', ARGV[1]))
end
return { user, name, newest, rooms_of(user), count, online, narrowed or '', left }
