-- ARGV: server. Answers the epoch that begins.
-- The log has nothing of what was added, so no place in it leads to what is stored: all of it goes but its new end,
-- and whoever had a place in it is told to reload. That is published, for the hubs.
local epoch = begin_epoch()
redis.call('XTRIM', k('events'), 'MAXLEN', 1)
publish(channel.own, ARGV[1], 'epoch', '{}', 'none', epoch, '0')
return epoch
