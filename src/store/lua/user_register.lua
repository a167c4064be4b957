-- ARGV: name, its folded form, stored password, sha256 of an invitation or ''. Answers the new id; or nil when it is to be called
-- again, since more users than one call takes in wait for their place in names.
local name, folded, password, invite = unpack(ARGV)
if not take_names() then
    return false
end
local invited = invite ~= '' and k('invite', invite)
if invited and redis.call('EXISTS', invited) == 0 then
    return fail('bad_link')
end
if is_taken(name, folded) then
    return fail('name_taken')
end

if invited and redis.call('HINCRBY', invited, 'uses', -1) == 0 then
    redis.call('DEL', invited)
    redis.call('SREM', k('invites'), invite)
end
return add_user(name, folded, password)
