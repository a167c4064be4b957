-- ARGV: who asks, server, keep, whom (an id). Answers who it is.
local server, keep, whom = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('account')
if refusal then
    return refusal
end
if redis.call('SREM', k('user_blocks', user), whom) == 0 then
    return fail('not_found')
end
local room = direct_room(user, whom)
if redis.call('SISMEMBER', k('user_rooms', user), room) == 1 then
    local data, to = shown(room, direct_users(room)), 'user:' .. user
    local seq = append(epoch, server, keep, 'show.room', data, to)
    publish(channel.own, server, 'show.room', data, to, epoch, seq)
end
return { user, name }
