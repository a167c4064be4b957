-- ARGV: who asks, server, keep, sha256 of one of their sessions, or '' for all but the asking one.
-- Answers who it is.
local server, keep, which = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('account')
if refusal then
    return refusal
end

if which == '' then
    end_others(epoch, server, keep, user)
elseif redis.call('HGET', k('session', which), 'user') == user then
    end_session(epoch, server, keep, user, which)
else
    return fail('not_found')
end
return { user, name }
