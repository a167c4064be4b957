-- Who is online.

-- The data of user.connected and user.disconnected.
local function presence_data(user, online)
    return '{"id":' .. json_string(user) .. ',"username":'
        .. json_string(redis.call('HGET', k('user', user), 'username') or '')
        .. ',"online":' .. tostring(online) .. '}'
end

-- Takes a user away whom one of the hubs has lost, unless another one that lives, which is one with
-- a lease, holds them still. Answers 1 where that was announced, else 0.
local function take_offline(server, user, hubs)
    for _, hub in ipairs(hubs) do
        if redis.call('SISMEMBER', k('hub_users', hub), user) == 1
            and redis.call('EXISTS', k('hub', hub)) == 1 then
            return 0
        end
    end
    local went = redis.call('SREM', k('online_users'), user)
    if went == 1 then
        publish(channel.family, server, 'user.disconnected', presence_data(user, false), 'all')
    end
    return went
end
