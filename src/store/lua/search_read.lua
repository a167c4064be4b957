-- ARGV: who asks; most messages of one room, of all, and the bytes after which no further room is read; then for
-- each room its id, the score from which on it is read, and how many of that score are passed over, the newest
-- first. Answers who it is, then for each room that was read, in this order, the score of the first message
-- that was not read, or '', and those that were: member, score, ….
-- What of one room stays unread is newer than all that is read of the others afterwards: so these stop there.
local chunk, most, bytes = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local user, name, refusal = asker('read')
if refusal then
    return refusal
end

local list, floor = { user, name }, '-inf'
for i = 6, #ARGV, 3 do
    local room, score, skip = unpack(ARGV, i, i + 2)
    local n = math.min(chunk, most)
    if n <= 0 or bytes <= 0 or tonumber(score) < tonumber(floor) then
        break
    end
    local function read(down_to, offset, count)
        return redis.call('ZREVRANGEBYSCORE', messages_key(room), score, down_to, 'WITHSCORES',
            'LIMIT', offset, count)
    end
    local rows, unread = {}, nil
    if is_member(user, room) then
        rows = read(floor, skip, n)
        unread = read('-inf', skip + #rows / 2, 1)[2]
    end
    if unread and tonumber(unread) > tonumber(floor) then
        floor = unread
    end
    for row = 1, #rows, 2 do
        bytes = bytes - #rows[row]
    end
    most = most - #rows / 2
    list[#list + 1] = { unread or '', rows }
end
return list
