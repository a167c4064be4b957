-- ARGV: user, SHA-256 of the folded name, networks, stored password before, and from here on or '',
-- then most and seconds of the limits login, login_address and login_name. Who has shown the password:
-- what login_try counted is taken back, and all that failed with this name from this place; the place is
-- known. The password takes its other form, unless it is another one by now.
local user, hash, networks, before, after = unpack(ARGV, 1, 5)
local now = micros()
local limits = login_limits(hash, networks, 6, now)
redis.call('DEL', limits[1].key)
limit_add(limits[2], now, -1)
limit_add(limits[3], now, -1)
redis.call('SET', k('known', hash, place_of(networks)), 1, 'EX', ttl.known)
if after ~= '' and redis.call('HGET', k('user', user), 'password') == before then
    redis.call('HSET', k('user', user), 'password', after)
end
return 1
