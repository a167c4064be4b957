-- Incoming webhooks: see store/hook.h.

-- Why the user, who asks, may not have hooks made for the room; nil: they may.
local function hook_refusal(user, room)
    if not is_member(user, room) then
        return fail('not_found')
    end
    return (direct_users(room) or not may_manage(user, room)) and fail('forbidden') or nil
end

-- What is told of a hook: its bot's id and name, by whom and when it was made, when it was last used.
local function hook_row(bot, sha256)
    local said = redis.call('HMGET', k('hook', sha256), 'by', 'created', 'seen')
    return { bot, redis.call('HGET', k('user', bot), 'username'), said[1] or '', said[2] or '0', said[3] or '0' }
end

-- Takes a bot's hook away, where it is one's.
local function drop_hook(bot)
    local room = redis.call('HGET', k('own_user', bot), 'hookRoom')
    local sha256 = room and redis.call('HGET', k('room_hooks', room), bot)
    if sha256 then
        redis.call('DEL', k('hook', sha256))
        redis.call('HDEL', k('room_hooks', room), bot)
    end
end
