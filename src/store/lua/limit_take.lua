-- ARGV: networks, the limit's name, most, seconds. Counts one for the place. Answers whether that was
-- too many, 1 or 0, and how far behind it is.
local networks, what, most, seconds = unpack(ARGV)
local now = micros()
if banned(networks) then
    return fail('banned')
end
local limit = limit_find(what, place_of(networks), most, seconds, now)
if limit_over(limit) then
    return { 1, limit.behind }
end
limit_add(limit, now, 1)
return { 0, limit.behind }
