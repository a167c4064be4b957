-- ARGV: name, its folded form, stored password, sha256 of an invitation or ''. Answers the new id; or nil
-- when it is to be called again, since more users than one call takes in wait for their place in names.
local name, folded, password, invite = unpack(ARGV)
local batch, again = 10000, 16

-- The demo family registers without names, and takes a number some time before it writes the user: so
-- the last few numbers are looked at once more.
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
if last < total then
    return false
end

local invited = invite ~= '' and k('invite', invite)
if invited and redis.call('EXISTS', invited) == 0 then
    return fail('bad_link')
end
if redis.call('HEXISTS', k('names'), folded) == 1 or redis.call('EXISTS', k('username', name)) == 1 then
    return fail('name_taken')
end

if invited and redis.call('HINCRBY', invited, 'uses', -1) == 0 then
    redis.call('DEL', invited)
    redis.call('SREM', k('invites'), invite)
end
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
