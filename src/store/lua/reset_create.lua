-- ARGV: who asks, whom, sha256 of the code, seconds to live. Answers who it is, and the name of whom.
-- A user has one such link: the one before it is none any more.
local whom, sha256, seconds = unpack(ARGV, 3)
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end
if not user_exists(whom) or is_deleted(whom) then
    return fail('not_found')
end
if redis.call('HGET', k('own_user', whom), 'bot') == '1' then
    return fail('conflict')
end

drop_reset(whom)
redis.call('SET', k('reset', sha256), whom, 'EX', seconds)
redis.call('HSET', k('own_user', whom), 'reset', sha256)
return { user, name, redis.call('HGET', k('user', whom), 'username') }
