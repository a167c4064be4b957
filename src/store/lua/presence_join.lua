-- ARGV: server, hub, user. Answers whether it was announced.
local server, hub, user = unpack(ARGV)
-- A hub whose first user this is has no lease yet; only its beat renews one.
redis.call('SET', k('hub', hub), 'join', 'EX', ttl.hub, 'NX')
redis.call('SADD', k('hubs'), hub)
redis.call('SADD', k('hub_users', hub), user)
local came = redis.call('SADD', k('online_users'), user)
if came == 1 then
    publish(channel.family, server, 'user.connected', presence_data(user, true), 'all')
end
return came
