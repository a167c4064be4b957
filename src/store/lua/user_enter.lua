-- ARGV: server, keep, name that the web server logged in, its folded form, a stored password that nobody knows, sha256 of the
-- session, networks that they come from, address, agent, seconds to live, most sessions of a user. Answers 1; or nil when it
-- is to be called again, as user_register. Who is not there yet becomes a user.
local server, keep, name, folded, password, sha256, networks, address, agent, seconds, most = unpack(ARGV)
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end
if banned(networks) then
    return fail('banned')
end
if not take_names() then
    return false
end

local user = user_named(name, folded) or add_user(name, folded, password)
-- A bot is who shows its token, and nobody else.
if not is_active(user) or is_bot(user) then
    return fail('forbidden')
end
open_session(epoch, server, keep, sha256, user, address, agent, seconds, most)
return 1
