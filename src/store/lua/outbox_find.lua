-- ARGV: who asks, bot. Answers who it is, and of the bot's webhook: url, created, failures, since, status, paused, how many
-- messages wait, and how many were dropped.
local bot = ARGV[3]
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end
local said = redis.call('HMGET', k('bot_hook', bot), 'url', 'created', 'failures', 'since', 'status', 'paused', 'dropped')
if not said[1] then
    return fail('not_found')
end
local waiting = tostring(redis.call('XLEN', k('bot_queue', bot)))
return { user, name, said[1], said[2], said[3] or '0', said[4] or '0', said[5] or '', said[6] or '0', waiting,
    said[7] or '0' }
