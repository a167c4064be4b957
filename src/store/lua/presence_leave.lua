-- ARGV: server, hub, user, data of user.disconnected. Answers whether it was announced.
local server, hub, user, data = unpack(ARGV)
redis.call('SREM', k('hub_users', hub), user)
for _, other in ipairs(redis.call('SMEMBERS', k('hubs'))) do
    if redis.call('SISMEMBER', k('hub_users', other), user) == 1 then
        return 0
    end
end
local went = redis.call('SREM', k('online_users'), user)
if went == 1 then
    publish(channel.family, server, 'user.disconnected', data, 'all')
end
return went
