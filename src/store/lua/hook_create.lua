-- ARGV: who asks, sha256 of the secret, room, name, its folded form, most hooks of a room. Answers who it is, and the
-- hook (hook_row); or nil when it is to be called again, as user_register.
local sha256, room, title, folded, most = unpack(ARGV, 3)
local user, name, refusal = asker('account')
if refusal then
    return refusal
end
local refused = hook_refusal(user, room)
if refused then
    return refused
end
if not take_names() then
    return { user, name, false }
end

-- A hook that was revoked, or of which an import has brought no secret, has left its bot behind, which a new one of its
-- name takes over.
local hooks = k('room_hooks', room)
local bot = user_named(title, folded)
if bot and (redis.call('HGET', k('own_user', bot), 'hookRoom') ~= room
    or (redis.call('HGET', hooks, bot) or '') ~= '') then
    return fail('name_taken')
end
if not bot and redis.call('HLEN', hooks) >= tonumber(most) then
    return fail('conflict')
end
if not bot then
    -- No password has this form.
    bot = add_user(title, folded, '*')
    redis.call('HSET', k('own_user', bot), 'bot', '1', 'hookRoom', room)
end
redis.call('HDEL', k('own_user', bot), 'active')
redis.call('HSET', hooks, bot, sha256)
redis.call('HSET', k('hook', sha256), 'room', room, 'user', bot, 'by', user, 'created', redis.call('TIME')[1])
return { user, name, hook_row(bot, sha256) }
