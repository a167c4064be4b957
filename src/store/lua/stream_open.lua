-- ARGV: who asks, most people to list. Answers who it is, the log's end, the rooms, how many are online, who,
-- unless they are too many, and the rooms that a token narrows the stream to.
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
return { user, name, newest, rooms_of(user), count, online, narrowed or '' }
