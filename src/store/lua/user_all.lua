-- ARGV: who asks, id after which to go on, most users. Answers who it is, the rows (user_row) of those who have
-- an account, by ascending id, and the id after which there may be more, or ''.
local after, most = tonumber(ARGV[3]), tonumber(ARGV[4])
local user, name, refusal = asker('admin')
if refusal then
    return refusal
end

-- Numbers without a user, and users that are deleted, are looked at too: ten for each that is asked for.
local total = tonumber(redis.call('GET', k('total_users')) or 0)
local rows, id, last = {}, after, math.min(total, after + 10 * most)
while #rows < most and id < last do
    id = id + 1
    local row = user_row(string.format('%d', id), true)
    if row and row[6] ~= '1' then
        rows[#rows + 1] = row
    end
end
return { user, name, rows, id < total and string.format('%d', id) or '' }
