-- Text as JSON.

-- The code point of the well-formed UTF-8 sequence (RFC 3629) at i and its length, or nil.
local function utf8_at(s, i)
    local a, b, c, d = string.byte(s, i, i + 3)
    local function tail(x)
        return x and x >= 0x80 and x < 0xc0
    end
    if a >= 0xc2 and a < 0xe0 and tail(b) then
        return (a - 0xc0) * 0x40 + b - 0x80, 2
    end
    if a >= 0xe0 and a < 0xf0 and tail(b) and tail(c) then
        local point = ((a - 0xe0) * 0x40 + b - 0x80) * 0x40 + c - 0x80
        if point >= 0x800 and (point < 0xd800 or point > 0xdfff) then
            return point, 3
        end
    end
    if a >= 0xf0 and a < 0xf5 and tail(b) and tail(c) and tail(d) then
        local point = (((a - 0xf0) * 0x40 + b - 0x80) * 0x40 + c - 0x80) * 0x40 + d - 0x80
        if point >= 0x10000 and point <= 0x10ffff then
            return point, 4
        end
    end
    return nil
end

-- Text as a JSON string in 7-bit ASCII, as buf_add_json() of base/buf.c writes it: cjson would
-- leave UTF-8, and broken UTF-8, as it is.
local function json_string(s)
    local short = { [8] = '\\b', [9] = '\\t', [10] = '\\n', [12] = '\\f', [13] = '\\r',
        [34] = '\\"', [92] = '\\\\' }
    local out, i = {}, 1
    while i <= #s do
        local point, len = string.byte(s, i), 1
        if point >= 0x80 then
            point, len = utf8_at(s, i)
            point, len = point or 0xfffd, len or 1
        end
        if short[point] then
            out[#out + 1] = short[point]
        elseif point >= 0x20 and point < 0x7f then
            out[#out + 1] = string.char(point)
        elseif point < 0x10000 then
            out[#out + 1] = string.format('\\u%04x', point)
        else
            point = point - 0x10000
            out[#out + 1] = string.format('\\u%04x\\u%04x', 0xd800 + math.floor(point / 0x400),
                0xdc00 + point % 0x400)
        end
        i = i + len
    end
    return '"' .. table.concat(out) .. '"'
end

