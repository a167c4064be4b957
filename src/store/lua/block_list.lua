-- ARGV: who asks. Answers who it is, and the rows (user_row) of those whom they have blocked.
local user, name, refusal = asker('account')
if refusal then
    return refusal
end
local rows = {}
for _, other in ipairs(redis.call('SMEMBERS', k('user_blocks', user))) do
    rows[#rows + 1] = user_row(other, false)
end
return { user, name, rows }
