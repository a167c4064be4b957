-- ARGV: who asks, room, from, score, offset, limit. Answers who it is; the older rows, newest first, and the newer ones, oldest
-- first, each a list of member, score, …; how many rows each may have at most; and id, name, …
-- of those who wrote them. Which rows are the page is for the reader to say (store/message.c): it knows
-- their ids. So that it can, all that share the place's score come along, and one beyond the page.
local room, from, score, offset, limit = unpack(ARGV, 3)
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
if not is_member(user, room) then
    return fail('not_found')
end

local zset = messages_key(room)
local older, newer, most = {}, {}, limit + 1
if from == 'newest' or from == 'offset' then
    older = redis.call('ZREVRANGE', zset, offset, offset + limit, 'WITHSCORES')
else
    most = most + redis.call('ZCOUNT', zset, score, score)
end
if from == 'before' or from == 'around' then
    older = redis.call('ZREVRANGEBYSCORE', zset, score, '-inf', 'WITHSCORES', 'LIMIT', 0, most)
end
if from == 'after' or from == 'around' then
    newer = redis.call('ZRANGEBYSCORE', zset, score, '+inf', 'WITHSCORES', 'LIMIT', 0, most)
end

local writers, seen = {}, {}
local function collect(rows)
    for i = 1, #rows, 2 do
        -- Ours say it at the 27th byte, and there are many of them.
        local id = string.match(rows[i], '^"from":"(%d+)"', 27)
            or string.match(rows[i], '"[Ff]rom"%s*:%s*"?(%d+)')
        if id and not seen[id] then
            seen[id] = true
            local writer = redis.call('HGET', k('user', id), 'username')
            if writer then
                writers[#writers + 1] = id
                writers[#writers + 1] = writer
            end
        end
    end
end
collect(older)
collect(newer)
return { user, name, older, newer, most, writers }
