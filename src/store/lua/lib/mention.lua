-- Whom messages speak to. Each room has an index: whom, message and sender, in this order, so that how many
-- somebody has behind their marker is told by rank, and no message is looked at.

-- Who in the room is meant by a name: an id, 'room' for everybody, or nil. Marks at its end may be of the name.
local function mentioned(room, name)
    while name do
        local folded = string.lower(name)
        if folded == 'room' then
            return folded
        end
        local user = user_named(name, folded)
        if user and is_member(user, room) then
            return user
        end
        name = string.match(name, '^(.+)[._-]$')
    end
    return nil
end

-- The field of a message that speaks to these names (model/mention.h): ,"mentions":["2","room"]. Empty, where
-- nobody in the room is called so.
local function mentions_field(room, names)
    local list, has = {}, {}
    for name in string.gmatch(names, '%S+') do
        local who = mentioned(room, name)
        if who and not has[who] then
            has[who] = true
            list[#list + 1] = '"' .. who .. '"'
        end
    end
    return #list > 0 and ',"mentions":[' .. table.concat(list, ',') .. ']' or ''
end

-- The entries of a stored message in its room's index. Who is spoken to with everybody is not spoken to twice.
-- In text a quote always has a backslash before it, so that this is the field.
local function mention_entries(member)
    local id, from, rest = string.match(member, '^{"id":"([%d.]+)","from":"(%d+)"(.*)$')
    local list = rest and string.match(rest, ',"mentions":%[([^%]]*)%]') or ''
    if string.find(list, '"room"', 1, true) then
        return { 'room ' .. id .. ' ' .. from }
    end
    local entries = {}
    for who in string.gmatch(list, '%d+') do
        entries[#entries + 1] = who .. ' ' .. id .. ' ' .. from
    end
    return entries
end

local function add_mentions(room, member)
    for _, entry in ipairs(mention_entries(member)) do
        redis.call('ZADD', k('room_mentions', room), 0, entry)
    end
end

-- Before a stored message goes, or becomes another one.
local function drop_mentions(room, member)
    for _, entry in ipairs(mention_entries(member)) do
        redis.call('ZREM', k('room_mentions', room), entry)
    end
end

-- How many messages of the room behind the marker speak to the user, but for those of whom they have blocked.
local function count_mentions(user, room, marker)
    local index, count = k('room_mentions', room), 0
    for _, who in ipairs({ user, 'room' }) do
        -- An id of ours has as many digits; behind it in the index is a space, and "!" is the next after that.
        local after = marker and string.format('%017.6f!', score_of(marker)) or ''
        local first, last = '(' .. who .. ' ' .. after, '(' .. who .. '!'
        local found = redis.call('ZLEXCOUNT', index, first, last)
        local blocked = found > 0 and blocked_by(user) or {}
        if next(blocked) then
            -- There has to be looked at some of them, the newest.
            local entries = redis.call('ZREVRANGEBYLEX', index, last, first, 'LIMIT', 0, 1000)
            for _, entry in ipairs(entries) do
                found = found - (blocked[string.match(entry, '%d+$')] and 1 or 0)
            end
        end
        count = count + found
    end
    return count
end
