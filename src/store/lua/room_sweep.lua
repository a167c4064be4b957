-- ARGV: server, keep. Goes on with a room that is gone (drop_room). Answers 1 where there is more to do, else 0.
local server, keep = unpack(ARGV)
local epoch = redis.call('GET', k('epoch'))
if not epoch then
    return fail('no_epoch')
end
local room = redis.call('SRANDMEMBER', k('gone_rooms'))
if room and sweep_room(epoch, server, keep, room) then
    redis.call('SREM', k('gone_rooms'), room)
end
return redis.call('EXISTS', k('gone_rooms'))
