-- ARGV: who asks, sha256, whose it is to be ('' for the asker's own, else a bot's id), name, scope, rooms or
-- '', seconds to live or 0, most tokens of a user. Answers who it is, the owner's id and name, and when it was
-- made.
local sha256, whose, title, scope, rooms, seconds, most = unpack(ARGV, 3)
local user, name, refusal = asker('account')
if refusal then
    return refusal
end
local owner, refused = token_owner(user, whose)
if refused then
    return refused
end
for room in string.gmatch(rooms, '[^,]+') do
    if not is_member(owner, room) then
        return fail('not_found')
    end
end
if #tokens_of(owner) >= tonumber(most) then
    return fail('conflict')
end

local now = redis.call('TIME')[1]
local token = k('token', sha256)
redis.call('HSET', token, 'user', owner, 'name', title, 'scope', scope, 'rooms', rooms, 'created', now,
    'seen', '0')
if seconds ~= '0' then
    redis.call('HSET', token, 'expires', string.format('%d', now + seconds))
    redis.call('EXPIRE', token, seconds)
end
redis.call('SADD', k('user_tokens', owner), sha256)
return { user, name, owner, redis.call('HGET', k('user', owner), 'username'), now }
