-- ARGV: name, its folded form, SHA-256 of that, networks, then most and seconds of the limits login,
-- login_address and login_name. An attempt to log in: it counts before it is known to fail, since many may come
-- at one moment, and for a name that nobody has as well. Answers whether it was one too many, 1 or 0,
-- and how far behind each limit is, then, where it was not, id, name as it is stored, stored
-- password and role of the user; false where there is none. Who was deactivated has no password here: they
-- are refused as anybody whose password is wrong.
local name, folded, hash, networks = unpack(ARGV, 1, 4)
local now = micros()
if banned(networks) then
    return fail('banned')
end
local limits = login_limits(hash, networks, 5, now)
local over = 0
for _, limit in ipairs(limits) do
    over = limit_over(limit) and 1 or over
end
-- Where this name has logged in from of late, strangers elsewhere do not matter.
if over == 1 and not (limit_over(limits[1]) or limit_over(limits[2]))
    and redis.call('EXISTS', k('known', hash, place_of(networks))) == 1 then
    over = 0
end
if over == 0 then
    for _, limit in ipairs(limits) do
        limit_add(limit, now, 1)
    end
end
local answer = { over, limits[1].behind, limits[2].behind, limits[3].behind }
if over == 1 then
    return answer
end

local id = user_named(name, folded)
local user = id and redis.call('HMGET', k('user', id), 'username', 'password')
local found = user and user[1]
answer[5], answer[6] = found and id or false, found or false
answer[7] = found and is_active(id) and user[2] or ''
answer[8] = found and redis.call('HGET', k('own_user', id), 'role') or ''
return answer
