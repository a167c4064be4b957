-- ARGV: server, keep, sha256. Answers whether there was one.
local server, keep, sha256 = unpack(ARGV)
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end

local user = redis.call('HGET', k('session', sha256), 'user')
if not user then
    return 0
end
redis.call('DEL', k('session', sha256))
redis.call('SREM', k('user_sessions', user), sha256)

local data, to = '{"session":"' .. sha256 .. '"}', 'session:' .. sha256
local seq = append(epoch, server, keep, 'session.ended', data, to)
publish(channel.own, server, 'session.ended', data, to, epoch, seq)
return 1
