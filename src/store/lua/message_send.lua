-- ARGV: who asks, server, keep, room, tail, names that are mentioned, nonce or '', id of the message that is
-- answered or '', what is quoted of it or '' where there is none, most and seconds of the limit of messages.
-- Answers who it is, the stored message, its id, and how far behind the limit is; no message where it
-- was one too many.
-- tail is what follows the date in the stored form: ,"message":"…","roomId":"…"
local server, keep, room, tail, names, nonce, answered, quote, most, seconds = unpack(ARGV, 3)
local epoch, user, name, refusal = changer('write')
if refusal then
    return refusal
end

local now = micros()
local limit = limit_find('send', user, most, seconds, now)
local sent = nonce ~= '' and k('sent', user, nonce)
local before = sent and redis.call('GET', sent)
if before then
    -- What was quoted may say something else by now, and who was mentioned have left.
    local rest = string.match(before, '^{"id":"[%d.]+","from":"%d+","date":%d+(.*)$')
    local quoted = string.match(string.sub(rest, #tail + 1), '^,"replyTo":{"id":"([^"]*)"')
    if string.sub(rest, 1, #tail) ~= tail or (quoted or '') ~= answered then
        return fail('nonce_reused')
    end
    return { user, name, before, string.match(before, '^{"id":"([%d.]+)"'), limit.behind }
end
if not is_member(user, room) then
    return fail('not_found')
end
if is_archived(room) then
    return fail('archived')
end
local peer = peer_of(room, user)
if peer and has_blocked(user, peer) then
    return fail('forbidden')
end
if answered ~= '' and quote == '' then
    return fail('invalid')
end
if is_full() then
    return fail('storage_full')
end
if limit_over(limit) then
    return { user, name, false, false, limit.behind }
end
limit_add(limit, now, 1)

if quote ~= '' then
    tail = tail .. ',"replyTo":' .. quote
end
local member, id = add_message(epoch, server, keep, user, room, tail, names)
if sent then
    redis.call('SET', sent, member, 'EX', ttl.sent)
end
return { user, name, member, id, limit.behind }
