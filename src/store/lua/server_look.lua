-- ARGV: none. Answers, as text, how many users there have been, how many admins may come in, and how many entries
-- the event log has.
local admins = 0
for _, user in ipairs(redis.call('SMEMBERS', k('admins'))) do
    if has_role(user) and is_active(user) then
        admins = admins + 1
    end
end
return { redis.call('GET', k('total_users')) or '0', tostring(admins), tostring(redis.call('XLEN', k('events'))) }
