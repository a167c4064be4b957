-- ARGV: networks, server, keep, sha256 of the code, stored password. Answers 1. It works once, and whoever was here by the
-- old password is not any more.
local networks, server, keep, sha256, password = unpack(ARGV)
if banned(networks) then
    return fail('banned')
end
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end
local user = redis.call('GET', k('reset', sha256))
if not user then
    return fail('bad_link')
end

redis.call('DEL', k('reset', sha256))
drop_reset(user)
redis.call('HSET', k('user', user), 'password', password)
end_all(epoch, server, keep, user)
return 1
