-- ARGV: who asks, server, keep, network, seconds or 0, most bans. Answers who it is. The streams from there end.
local server, keep, network, seconds, most = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('admin')
if refusal then
    return refusal
end
-- Who bans themselves could not take it back.
for own in string.gmatch(ARGV[2], ' (%S+)') do
    if own == network then
        return fail('conflict')
    end
end

local bans = bans_in_force()
if #bans / 2 >= tonumber(most) and redis.call('HEXISTS', k('bans'), network) == 0 then
    return fail('conflict')
end
local now = redis.call('TIME')[1]
redis.call('HSET', k('bans'), network, seconds == '0' and 0 or string.format('%d', now + seconds))
local data = '{"id":"' .. network .. '"}'
local seq = append(epoch, server, keep, 'address.banned', data, 'all')
publish(channel.own, server, 'address.banned', data, 'all', epoch, seq)
return { user, name }
