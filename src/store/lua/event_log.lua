-- ARGV: id of an entry, or ''; most entries. Answers the log's end, whether the entry is there, and those
-- that follow it: for each its id, type, to and data.
local from, most = ARGV[1], tonumber(ARGV[2])
local newest = log_end()
if not newest then
    return fail('no_epoch')
end
local entries = from ~= '' and redis.call('XRANGE', k('events'), from, '+', 'COUNT', most + 1) or {}
local found = entries[1] and entries[1][1] == from

-- Does the entry say what a message said that was deleted since, or removed? Then only its number is told.
local function is_redacted(field)
    if field.type ~= 'message' and field.type ~= 'message.edited' then
        return false
    end
    local id = string.match(field.data or '', '^{"id":"(%d+%.%d+)"')
    local room = id and string.match(field.to or '', '^room:(.+)$')
    return room and not is_told(room, id)
end

local rows = {}
for i = found and 2 or most + 2, #entries do
    local field = {}
    for at = 1, #entries[i][2], 2 do
        field[entries[i][2][at]] = entries[i][2][at + 1]
    end
    if is_redacted(field) then
        field = {}
    end
    rows[#rows + 1] = { entries[i][1], field.type or '', field.to or '', field.data or '' }
end
return { newest, found and 1 or 0, rows }
