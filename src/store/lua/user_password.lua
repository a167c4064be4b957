-- ARGV: who asks, server, keep, stored password before ('' by the operator, who need not know it), and from here
-- on. Answers who it is. Their other sessions end; by the operator, their API tokens too.
local server, keep, before, after = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('account')
if refusal then
    return refusal
end
local by_operator = stood_for()
if by_operator and redis.call('HGET', k('own_user', user), 'bot') == '1' then
    return fail('conflict')
end
-- Who was asked for the old one, and has meanwhile given themselves another elsewhere.
if not by_operator and redis.call('HGET', k('user', user), 'password') ~= before then
    return fail('conflict')
end

drop_reset(user)
redis.call('HSET', k('user', user), 'password', after)
if by_operator then
    end_all(epoch, server, keep, user)
else
    end_others(epoch, server, keep, user)
end
return { user, name }
