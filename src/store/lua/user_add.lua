-- ARGV: who asks, name, its folded form, stored password, what they are ('member', 'admin', 'bot'). Answers who it
-- is, and the new id; or nil when it is to be called again, as user_register.
local title, folded, password, kind = unpack(ARGV, 3)
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end
if not take_names() then
    return { user, name, false }
end
if is_taken(title, folded) then
    return fail('name_taken')
end

local id = add_user(title, folded, password)
if kind == 'bot' then
    redis.call('HSET', k('own_user', id), 'bot', '1')
elseif kind == 'admin' then
    redis.call('HSET', k('own_user', id), 'role', 'admin')
    redis.call('SADD', k('admins'), id)
end
return { user, name, id }
