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
end_session(epoch, server, keep, user, sha256)
return 1
