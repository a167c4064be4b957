-- ARGV: server, keep, bytes used, bytes that may be, thousandths of them that are used, those from which on it is
-- 'warn', those from which on it is 'full', and how far below the one or the other is left again. Answers the level.
local server, keep, used, max = unpack(ARGV)
local share, warn, full, slack = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end

local before = redis.call('GET', k('memory')) or 'ok'
local level = 'ok'
if share >= full or (before == 'full' and share >= full - slack) then
    level = 'full'
elseif share >= warn or (before ~= 'ok' and share >= warn - slack) then
    level = 'warn'
end
if level == 'ok' then
    redis.call('DEL', k('memory'))
else
    redis.call('SET', k('memory'), level, 'EX', ttl.hub)
end
if level == before then
    return level
end

local data = '{"about":"memory","level":"' .. level .. '","used":' .. used .. ',"max":' .. max .. '}'
for _, admin in ipairs(redis.call('SMEMBERS', k('admins'))) do
    if has_role(admin) and is_active(admin) then
        local to = 'user:' .. admin
        local seq = append(epoch, server, keep, 'server.warning', data, to)
        publish(channel.own, server, 'server.warning', data, to, epoch, seq)
    end
end
return level
