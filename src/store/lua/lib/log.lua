-- The event log, and the channels.

-- The id of the log's last entry, or nil.
local function log_end()
    local last = redis.call('XREVRANGE', k('events'), '+', '-', 'COUNT', 1)[1]
    return last and last[1]
end

-- Begins an epoch, above every older one, so that no number is given twice. Its first entry has number 0 and is for
-- nobody: the log always has an end, and events count from 1.
local function begin_epoch()
    local epoch, last, now = redis.call('GET', k('epoch')), log_end(), redis.call('TIME')
    local newest = math.max(
        tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000),
        (tonumber(epoch) or 0) + 1,
        last and tonumber(string.match(last, '^%d+')) + 1 or 0)
    epoch = string.format('%.0f', newest)
    redis.call('SET', k('epoch'), epoch)
    redis.call('XADD', k('events'), epoch .. '-0', 'type', 'epoch', 'data', '{}', 'to', 'none', 'server', '')
    return epoch
end

-- Appends an event to the log, which keeps about `keep` entries; its number.
local function append(epoch, server, keep, kind, data, to)
    local id = redis.call('XADD', k('events'), 'MAXLEN', '~', keep, epoch .. '-*',
        'type', kind, 'data', data, 'to', to, 'server', server)
    return string.match(id, '%d+$')
end

-- Publishes an event: with epoch and number what append() logged, without them what is not logged.
local function publish(where, server, kind, data, to, epoch, seq)
    local numbered = epoch and ',"epoch":"' .. epoch .. '","seq":' .. seq or ''
    redis.call('PUBLISH', where, '{"serverId":"' .. server .. '","type":"' .. kind .. '","data":'
        .. data .. numbered .. ',"to":"' .. to .. '"}')
end
