-- What stands in front of every script. Above it are key, channel and ttl, made from store/keys.h, and json.lua.

-- A key: k('user_rooms', '1') is "user:1:rooms".
local function k(name, ...)
    return string.format(key[name], ...)
end

-- Refuses. The word is one of err_code() in base/err.c, or no_epoch.
local function fail(code)
    return redis.error_reply('SNUG ' .. code)
end

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

-- The two users of a direct room; nil for any other.
local function direct_users(room)
    return string.match(room, '^([1-9]%d*):([1-9]%d*)$')
end

local function is_closed(room)
    return string.sub(room, 1, 1) == 'g'
end

-- The rooms that the token which asks is for, "0,1:2"; nil: all of its user's.
local narrowed

local function is_in_scope(room)
    return not narrowed or string.find(',' .. narrowed .. ',', ',' .. room .. ',', 1, true) ~= nil
end

-- General is everybody, a direct room says its two in its id, other rooms keep a set.
local function is_member(user, room)
    if not user_exists(user) or not is_in_scope(room) then
        return false
    end
    if room == '0' then
        return true
    end
    local a, b = direct_users(room)
    if a then
        return (user == a and user_exists(b)) or (user == b and user_exists(a))
    end
    if is_closed(room) then
        return redis.call('SISMEMBER', k('room_members', room), user) == 1
    end
    return redis.call('SISMEMBER', k('user_rooms', user), room) == 1
end

-- The rooms that a user is in. The family's set holds what its servers wrote: neither a closed
-- room nor the direct room of others comes out of it.
local function rooms_of(user)
    local rooms = {}
    local function add(room)
        if is_in_scope(room) then
            rooms[#rooms + 1] = room
        end
    end
    add('0')
    for _, room in ipairs(redis.call('SMEMBERS', k('user_rooms', user))) do
        local a, b = direct_users(room)
        local others = a and a ~= user and b ~= user
        if room ~= '0' and not others and not is_closed(room) then
            add(room)
        end
    end
    for _, room in ipairs(redis.call('SMEMBERS', k('user_closed', user))) do
        if is_closed(room) then
            add(room)
        end
    end
    return rooms
end

-- Where a room's messages are.
local function messages_key(room)
    return k(is_closed(room) and 'room_messages' or 'room', room)
end

-- The user id that a value of username:{name} means: "user:7" in fact, "7" in the article's prose.
local function id_of_name_value(value)
    return value and string.match(value, '^user:(%d+)$') or value and string.match(value, '^%d+$')
end

-- The id of the user with this name, as it is written, else without regard to case; or nil.
local function user_named(name, folded)
    return id_of_name_value(redis.call('GET', k('username', name)))
        or redis.call('HGET', k('names'), folded) or nil
end

-- Takes into names whom the demo family registered, some of them a call. Are all in it?
local function take_names()
    local batch, again = 10000, 16
    -- The family takes a number some time before it writes the user: so the last few numbers are
    -- looked at once more.
    local total = tonumber(redis.call('GET', k('total_users')) or 0)
    local named = tonumber(redis.call('GET', k('named')) or 0)
    local first = math.max(named + 1 - again, 1)
    local last = math.min(total, named + batch)
    for id = first, last do
        local known = redis.call('HGET', k('user', id), 'username')
        if known and not is_deleted(id) then
            redis.call('HSETNX', k('names'), string.lower(known), id)
        end
    end
    redis.call('SET', k('named'), last)
    return last == total
end

local function is_taken(name, folded)
    return redis.call('HEXISTS', k('names'), folded) == 1 or redis.call('EXISTS', k('username', name)) == 1
end

-- A new user, who is in General; the id.
local function add_user(name, folded, password)
    -- A number that somebody has, since the counter was lost, is passed over.
    local id
    repeat
        id = redis.call('INCR', k('total_users'))
    until not user_exists(id)
    redis.call('SET', k('username', name), 'user:' .. id)
    redis.call('HSET', k('user', id), 'username', name, 'password', password)
    redis.call('SADD', k('user_rooms', id), '0')
    redis.call('HSET', k('names'), folded, id)
    redis.call('SET', k('named'), id)
    return string.format('%d', id)
end

-- The seconds that a session may live on from now: `seconds`, and no longer than any may live.
local function session_life(session, seconds, now)
    local created = tonumber(redis.call('HGET', session, 'created') or now)
    return math.min(seconds, created + ttl.session - now)
end

-- Id and name of the session's user, or nil. The session lives for another `seconds`; that is
-- written at most once an hour.
local function session_user(sha256, seconds)
    local session = k('session', sha256)
    local user = redis.call('HGET', session, 'user')
    local name = user and redis.call('HGET', k('user', user), 'username')
    if not name then
        return nil
    end
    local left = redis.call('TTL', session)
    if left < seconds - 3600 then
        local now = tonumber(redis.call('TIME')[1])
        local life = session_life(session, seconds, now)
        if left < life - 3600 then
            redis.call('EXPIRE', session, life)
            redis.call('HSET', session, 'seen', now)
        end
    end
    return user, name
end

-- The same of an API token, whose scope has to have what is needed.
local function token_user(sha256, need)
    local token = k('token', sha256)
    local said = redis.call('HMGET', token, 'user', 'scope', 'rooms', 'seen')
    local name = said[1] and redis.call('HGET', k('user', said[1]), 'username')
    if not name then
        return nil, nil, fail('unauthenticated')
    end
    if not string.find(said[2], need, 1, true) then
        return nil, nil, fail('insufficient_scope')
    end
    if said[3] ~= '' then
        narrowed = said[3]
    end
    local now = tonumber(redis.call('TIME')[1])
    if now - tonumber(said[4] or 0) >= 3600 then
        redis.call('HSET', token, 'seen', now)
    end
    return said[1], name
end

-- The time in microseconds: a whole number that a double holds exactly.
local function micros()
    local now = redis.call('TIME')
    return now[1] * 1000000 + now[2]
end

-- The first of the networks, which limits go by. Both are made by model/address.c.
local function place_of(networks)
    return string.match(networks, '^%S+')
end

-- Is a ban in force that ends then? 0: it does not end.
local function in_force(ends)
    return ends == '0' or ends * 1000000 > micros()
end

-- Is the place in a network that is banned?
local function banned(networks)
    if redis.call('EXISTS', k('bans')) == 0 then
        return false
    end
    local names = {}
    for network in string.gmatch(networks, '%S+') do
        names[#names + 1] = network
    end
    for _, ends in ipairs(redis.call('HMGET', k('bans'), unpack(names))) do
        if ends and in_force(ends) then
            return true
        end
    end
    return false
end

-- May this user, who asks, run this server?
local function is_admin(user)
    return ARGV[1] == 'operator' or has_role(user)
end

-- Who asks: id and name, or nil, nil and what to answer. Works for somebody have the credential before their
-- own ARGV: the SHA-256 of what they show, and the seconds that a session lives on, followed by the networks
-- that it is shown from, where that matters; and id and name before their own answer. need is 'read' or 'write';
-- 'account', what a person does with their account, or 'admin', what admins do: no token has these. The operator
-- is who has Redis itself, and is nobody's id.
local function asker(need)
    if ARGV[1] == 'operator' then
        if need == 'read' or need == 'write' then
            return nil, nil, fail('forbidden')
        end
        return '', ''
    end
    local seconds, networks = string.match(ARGV[2], '^(%d+) ?(.*)$')
    if networks ~= '' and banned(networks) then
        return nil, nil, fail('banned')
    end
    local user, name = session_user(ARGV[1], tonumber(seconds))
    if not user then
        return token_user(ARGV[1], need)
    end
    if need == 'admin' and not is_admin(user) then
        return nil, nil, fail('forbidden')
    end
    return user, name
end

-- The same for what changes something: the epoch, then who asks.
local function changer(need)
    local epoch = redis.call('GET', k('epoch'))
    if not epoch then
        return nil, nil, nil, fail('no_epoch')
    end
    return epoch, asker(need)
end

-- Whose API tokens may the user make and see? Their own (''); an admin those of bots; the operator everybody's.
-- The owner's id, or nil and the refusal.
local function token_owner(user, whose)
    local owner = whose ~= '' and whose or user
    if not user_exists(owner) or not is_active(owner) then
        return nil, fail('not_found')
    end
    local is_bot = redis.call('HGET', k('own_user', owner), 'bot') == '1'
    if owner ~= user and ARGV[1] ~= 'operator' and not (is_bot and is_admin(user)) then
        return nil, fail('forbidden')
    end
    return owner
end

-- The id of a new message in the room: the time as "seconds.microseconds", but at least a
-- microsecond after the newest id that was given here. And its seconds. Both are integers until
-- they are text: a double of this size has no microsecond to add.
local function stamp(room)
    local now = redis.call('TIME')
    local sec, usec = tonumber(now[1]), tonumber(now[2])
    local last = redis.call('HGET', k('own_room', room), 'last') or ''
    local last_sec, last_usec = string.match(last, '^(%d+)%.(%d%d%d%d%d%d)$')
    last_sec, last_usec = tonumber(last_sec), tonumber(last_usec)
    if last_sec and (sec < last_sec or (sec == last_sec and usec <= last_usec)) then
        sec, usec = last_sec, last_usec + 1
        if usec == 1000000 then
            sec, usec = sec + 1, 0
        end
    end
    return string.format('%d.%06d', sec, usec), string.format('%d', sec)
end

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

-- Tells the hubs, which end the streams of it.
local function tell_ended(epoch, server, keep, sha256)
    local data, to = '{"session":"' .. sha256 .. '"}', 'session:' .. sha256
    local seq = append(epoch, server, keep, 'session.ended', data, to)
    publish(channel.own, server, 'session.ended', data, to, epoch, seq)
end

-- Ends a session of the user, and with it its streams.
local function end_session(epoch, server, keep, user, sha256)
    redis.call('DEL', k('session', sha256))
    redis.call('SREM', k('user_sessions', user), sha256)
    tell_ended(epoch, server, keep, sha256)
end

-- Ends an API token of the user. To the hubs it is a session like any other.
local function end_token(epoch, server, keep, user, sha256)
    redis.call('DEL', k('token', sha256))
    redis.call('SREM', k('user_tokens', user), sha256)
    tell_ended(epoch, server, keep, sha256)
end

-- Those of the user's tokens that are good. They expire by themselves, their entries in the set do not.
local function tokens_of(user)
    local good = {}
    for _, sha256 in ipairs(redis.call('SMEMBERS', k('user_tokens', user))) do
        if redis.call('EXISTS', k('token', sha256)) == 1 then
            good[#good + 1] = sha256
        else
            redis.call('SREM', k('user_tokens', user), sha256)
        end
    end
    return good
end

-- Ends everything by which a user is here.
local function end_all(epoch, server, keep, user)
    for _, sha256 in ipairs(redis.call('SMEMBERS', k('user_sessions', user))) do
        end_session(epoch, server, keep, user, sha256)
    end
    for _, sha256 in ipairs(tokens_of(user)) do
        end_token(epoch, server, keep, user, sha256)
    end
end

-- Takes the link back by which the user could give themselves another password.
local function drop_reset(user)
    local sha256 = redis.call('HGET', k('own_user', user), 'reset')
    if sha256 then
        redis.call('DEL', k('reset', sha256))
        redis.call('HDEL', k('own_user', user), 'reset')
    end
end

-- The invitations that are good. They expire by themselves, their entries in the set do not.
local function invites()
    local good = {}
    for _, sha256 in ipairs(redis.call('SMEMBERS', k('invites'))) do
        if redis.call('EXISTS', k('invite', sha256)) == 1 then
            good[#good + 1] = sha256
        else
            redis.call('SREM', k('invites'), sha256)
        end
    end
    return good
end

-- Ends all sessions of the user who asks but the asking one.
local function end_others(epoch, server, keep, user)
    for _, sha256 in ipairs(redis.call('SMEMBERS', k('user_sessions', user))) do
        if sha256 ~= ARGV[1] then
            end_session(epoch, server, keep, user, sha256)
        end
    end
end

-- Puts a direct room into the lists of its two. Was it new to one of them?
local function list_direct(room, a, b)
    local added = redis.call('SADD', k('user_rooms', a), room)
    return added + redis.call('SADD', k('user_rooms', b), room) > 0
end

-- The data of a direct room's show.room, as the demo family writes it.
local function shown(room, a, b)
    local function name(user)
        return '[' .. json_string(redis.call('HGET', k('user', user), 'username') or '') .. ']'
    end
    return '{"id":"' .. room .. '","names":[' .. name(a) .. ',' .. name(b) .. ']}'
end

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

-- What a list of rooms says of one: id, name, newest message and its score, then name and presence
-- of a direct room's two. What there is not is false. people remembers who was looked up.
local function room_row(room, people)
    local last = redis.call('ZREVRANGE', messages_key(room), 0, 0, 'WITHSCORES')
    local row = { room, false, last[1] or false, last[2] or false, false, false, false, false }
    local function person(user)
        people[user] = people[user] or {
            redis.call('HGET', k('user', user), 'username'),
            redis.call('SISMEMBER', k('online_users'), user),
        }
        return unpack(people[user])
    end
    local a, b = direct_users(room)
    if a then
        row[5], row[6] = person(a)
        row[7], row[8] = person(b)
    elseif is_closed(room) then
        row[2] = redis.call('HGET', k('own_room', room), 'name')
    else
        row[2] = redis.call('GET', k('room_name', room))
    end
    return row
end

