-- ARGV: who asks. Answers who it is, and of each of their sessions: sha256, created, seen, address, agent.
local user, name, refusal = asker('account')
if refusal then
    return refusal
end

local sessions = {}
for _, sha256 in ipairs(redis.call('SMEMBERS', k('user_sessions', user))) do
    local said = redis.call('HMGET', k('session', sha256), 'created', 'seen', 'ip', 'agent')
    if said[1] then
        sessions[#sessions + 1] = { sha256, said[1], said[2] or said[1], said[3] or '', said[4] or '' }
    end
end
return { user, name, sessions }
