-- The event log, and the channels.

-- The id of the log's last entry, or nil.
local function log_end()
    local last = redis.call('XREVRANGE', k('events'), '+', '-', 'COUNT', 1)[1]
    return last and last[1]
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
