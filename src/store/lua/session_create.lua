-- ARGV: server, keep, sha256, user, address, agent, seconds to live, most sessions of a user.
local server, keep, sha256, user, address, agent, seconds, most = unpack(ARGV)
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end
if not user_exists(user) then
    return fail('not_found')
end
-- Deactivated since their password was looked at.
if not is_active(user) then
    return fail('bad_credentials')
end

open_session(epoch, server, keep, sha256, user, address, agent, seconds, most)
return 1
