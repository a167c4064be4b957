-- ARGV: server, hub, user. Answers whether it was announced.
local server, hub, user = unpack(ARGV)
redis.call('SREM', k('hub_users', hub), user)
return take_offline(server, user, redis.call('SMEMBERS', k('hubs')))
