-- Who people are.

local function user_exists(user)
    return redis.call('EXISTS', k('user', user)) == 1
end

-- May they come in? Not who was deactivated or deleted.
local function is_active(user)
    return redis.call('HGET', k('own_user', user), 'active') ~= '0'
end

-- What a deleted user is called: no name that could be taken, for the space in it.
local deleted_user = 'deleted user'

local function is_deleted(user)
    return redis.call('HGET', k('own_user', user), 'deleted') == '1'
end

-- One that only API tokens can be.
local function is_bot(user)
    return redis.call('HGET', k('own_user', user), 'bot') == '1'
end

local function has_role(user)
    return redis.call('HGET', k('own_user', user), 'role') == 'admin'
end

-- Would nobody be left to run this server, were it not for this user?
local function is_last_admin(user)
    if not (has_role(user) and is_active(user)) then
        return false
    end
    for _, other in ipairs(redis.call('SMEMBERS', k('admins'))) do
        if other ~= user and has_role(other) and is_active(other) then
            return false
        end
    end
    return true
end

-- Id, name, 1 for one who is online, role, active, deleted, bot: of somebody, or nil. What they may do here
-- is said in `full` only.
local function user_row(user, full)
    local name = redis.call('HGET', k('user', user), 'username')
    if not name then
        return nil
    end
    local own = redis.call('HMGET', k('own_user', user), 'role', 'active', 'deleted', 'bot')
    return { user, name, tostring(redis.call('SISMEMBER', k('online_users'), user)),
        full and own[1] or '', full and not own[3] and own[2] or '', own[3] or '', own[4] or '' }
end
