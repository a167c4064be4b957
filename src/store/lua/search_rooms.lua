-- ARGV: who asks; a room, or '' for all of theirs; the name of who is to have written, or '', and the same in lower
-- case; where the search goes on: score, skip and room of a spot (model/spot.h). Answers who it is; the id of
-- who is to have written ('': anybody; false: nobody is called so); then for each room that has messages there its
-- id, its name (of a direct room the other one's), and the score of the newest.
local only, from, folded, score, skip, at = unpack(ARGV, 3)
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
if only ~= '' and not is_member(user, only) then
    return fail('not_found')
end

local function writer()
    if from == '' or from == 'me' then
        return from == 'me' and user or ''
    end
    local id = user_named(from, folded) or from
    return string.match(id, '^%d+$') and user_exists(id) and id or false
end

-- As bytes: the operator < asks the locale.
local function comes_before(a, b)
    for i = 1, math.min(#a, #b) do
        local x, y = string.byte(a, i), string.byte(b, i)
        if x ~= y then
            return x < y
        end
    end
    return #a < #b
end

local function newest(room)
    local max = comes_before(room, at) and '(' .. score or score
    return redis.call('ZREVRANGEBYSCORE', messages_key(room), max, '-inf', 'WITHSCORES',
        'LIMIT', room == at and skip or 0, 1)[2]
end

local function name_of(room)
    local a, b = direct_users(room)
    if a then
        return redis.call('HGET', k('user', a == user and b or a), 'username')
    elseif is_closed(room) then
        return redis.call('HGET', k('own_room', room), 'name')
    end
    return redis.call('GET', k('room_name', room))
end

local list = { user, name, writer() }
for _, room in ipairs(list[3] and (only ~= '' and { only } or rooms_of(user)) or {}) do
    local found = newest(room)
    if found then
        list[#list + 1] = { room, name_of(room) or '', found }
    end
end
return list
