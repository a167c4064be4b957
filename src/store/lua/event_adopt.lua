-- ARGV: server, keep, type, data, room, sender or '', hash. Answers whether it was taken into the log.
local server, keep, kind, data, room, sender, hash = unpack(ARGV)
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end

local a, b = direct_users(room)
if kind == 'show.room' then
    if not (a and user_exists(a) and user_exists(b)) then
        return 0
    end
elseif is_closed(room) or not is_member(sender, room) then
    return 0
end
if not redis.call('SET', k('adopted', hash), '1', 'NX', 'EX', ttl.adopted) then
    return 0
end
if kind == 'show.room' then
    -- One of the family's servers shows a room without putting it into anybody's list.
    redis.call('SADD', k('user_rooms', a), room)
    redis.call('SADD', k('user_rooms', b), room)
end

local to = 'room:' .. room
local seq = append(epoch, server, keep, kind, data, to)
publish(channel.own, server, kind, data, to, epoch, seq)
return 1
