-- ARGV: who asks, room, id after which to go on, most users. Answers who it is, the rows (user_row) of who is in
-- it, by ascending id, and the id after which there may be more, or ''.
local room, after, most = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
if not may_see(user, room) then
    return fail('not_found')
end
local rows, last = {}, nil
-- Goes on until the page is full.
local function add(id)
    local row = user_row(id, false)
    if row and row[6] ~= '1' and is_member(id, room) then
        rows[#rows + 1] = row
    end
    last = id
    return #rows < most
end
local a, b = direct_users(room)
local ids = a and { a, b } or {}
if room == '0' then
    -- Numbers without a user, and users that are deleted, are looked at too: ten for each that is asked for.
    local total = tonumber(redis.call('GET', k('total_users')) or 0)
    for id = after + 1, math.min(total, after + 10 * most) do
        ids[#ids + 1] = string.format('%d', id)
    end
elseif not a then
    ids = redis.call('SORT_RO', k('room_members', room))
end
local i = 1
while i <= #ids and (tonumber(ids[i]) <= after or add(ids[i])) do
    i = i + 1
end
local total = room == '0' and tonumber(redis.call('GET', k('total_users')) or 0) or tonumber(ids[#ids] or 0)
return { user, name, rows, last and tonumber(last) < total and last or '' }
