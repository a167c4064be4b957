-- ARGV: who asks, server, keep, whom (an id), most that somebody may block. Answers who it is.
local server, keep, whom, most = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('account')
if refusal then
    return refusal
end
if not user_exists(whom) or is_deleted(whom) then
    return fail('not_found')
end
if whom == user then
    return fail('invalid')
end
if has_blocked(user, whom) then
    return { user, name }
end
if redis.call('SCARD', k('user_blocks', user)) >= tonumber(most) then
    return fail('conflict')
end

redis.call('SADD', k('user_blocks', user), whom)
local room = direct_room(user, whom)
if redis.call('SISMEMBER', k('user_rooms', user), room) == 1 then
    -- To their streams they are not in it any more.
    local data, to = '{"id":"' .. room .. '"}', 'user:' .. user
    local seq = append(epoch, server, keep, 'room.left', data, to)
    publish(channel.own, server, 'room.left', data, to, epoch, seq)
end
return { user, name }
