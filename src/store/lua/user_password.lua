-- ARGV: who asks, server, keep, stored password before, and from here on. Answers who it is. Their
-- other sessions end.
local server, keep, before, after = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('account')
if refusal then
    return refusal
end
-- Who was asked for the old one, and has meanwhile given themselves another elsewhere.
if redis.call('HGET', k('user', user), 'password') ~= before then
    return fail('conflict')
end

drop_reset(user)
redis.call('HSET', k('user', user), 'password', after)
end_others(epoch, server, keep, user)
return { user, name }
