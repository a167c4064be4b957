-- ARGV: server, hub, user, data of user.connected. Answers whether it was announced.
local server, hub, user, data = unpack(ARGV)
redis.call('SADD', k('hubs'), hub)
redis.call('SADD', k('hub_users', hub), user)
local came = redis.call('SADD', k('online_users'), user)
if came == 1 then
    publish(channel.family, server, 'user.connected', data, 'all')
end
return came
