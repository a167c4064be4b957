-- ARGV: who asks, room, id. Answers who it is; emoji, user, …, in the order in which they came; and id and name of
-- those users.
local room, id = unpack(ARGV, 3)
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
if not (is_member(user, room) and find_message(room, id)) then
    return fail('not_found')
end

local all, rows = redis.call('HGETALL', k('reactions', room, id)), {}
for i = 1, #all, 2 do
    local who, emoji = string.match(all[i], '^(%d+) (.+)$')
    rows[#rows + 1] = { who = who, emoji = emoji, at = all[i + 1] }
end
table.sort(rows, function(a, b)
    return a.at < b.at or (a.at == b.at and a.who < b.who)
end)
local said, people, seen = {}, {}, {}
for _, row in ipairs(rows) do
    said[#said + 1], said[#said + 2] = row.emoji, row.who
    if not seen[row.who] then
        seen[row.who] = true
        people[#people + 1] = row.who
        people[#people + 1] = redis.call('HGET', k('user', row.who), 'username') or ''
    end
end
return { user, name, said, people }
