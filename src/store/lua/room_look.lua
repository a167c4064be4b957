-- ARGV: who asks, room. Answers who it is, and its row (row_of).
local room = ARGV[3]
local user, name, refusal = asker('read')
if refusal then
    return refusal
end
if not may_see(user, room) then
    return fail('not_found')
end
return { user, name, row_of(user, room) }
