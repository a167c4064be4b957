-- ARGV: sha256 of the session, its seconds to live, most people to list. Answers the user's id and
-- name, the log's end, the rooms, how many are online, and who, unless they are too many.
local newest = log_end()
if not newest then
    return fail('no_epoch')
end
local user, name = session_user(ARGV[1], tonumber(ARGV[2]))
if not user then
    return fail('unauthenticated')
end

local count = redis.call('SCARD', k('online_users'))
local online = count <= tonumber(ARGV[3]) and redis.call('SMEMBERS', k('online_users')) or {}
return { user, name, newest, rooms_of(user), count, online }
