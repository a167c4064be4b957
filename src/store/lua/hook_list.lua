-- ARGV: who asks, room. Answers who it is, and of each hook what hook_row says.
local room = ARGV[3]
local user, name, refusal = asker('account')
if refusal then
    return refusal
end
local refused = hook_refusal(user, room)
if refused then
    return refused
end

local rows = {}
local hooks = redis.call('HGETALL', k('room_hooks', room))
for i = 1, #hooks, 2 do
    if hooks[i + 1] ~= '' then
        rows[#rows + 1] = hook_row(hooks[i], hooks[i + 1])
    end
end
return { user, name, rows }
