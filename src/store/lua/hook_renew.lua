-- ARGV: who asks, room, hook, sha256 of its new secret, or '' to revoke it. Answers who it is, and the hook (hook_row).
local room, bot, sha256 = unpack(ARGV, 3)
local user, name, refusal = asker('account')
if refusal then
    return refusal
end
local refused = hook_refusal(user, room)
if refused then
    return refused
end
local before = redis.call('HGET', k('room_hooks', room), bot)
if not before or before == '' then
    return fail('not_found')
end

local row = hook_row(bot, before)
if sha256 == '' then
    redis.call('DEL', k('hook', before))
else
    redis.call('RENAME', k('hook', before), k('hook', sha256))
end
redis.call('HSET', k('room_hooks', room), bot, sha256)
return { user, name, row }
