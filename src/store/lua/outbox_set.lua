-- ARGV: who asks, bot, its address, or '' to take it away, and the key of its signatures. Answers who it is.
local bot, url, key_text = unpack(ARGV, 3)
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end
if not user_exists(bot) or is_deleted(bot) then
    return fail('not_found')
end
if url == '' then
    return drop_address(bot) and { user, name } or fail('not_found')
end
if redis.call('HGET', k('own_user', bot), 'bot') ~= '1' or not is_active(bot) then
    return fail('conflict')
end

drop_address(bot)
redis.call('HSET', k('bot_hook', bot), 'url', url, 'key', key_text, 'created', redis.call('TIME')[1])
return { user, name }
