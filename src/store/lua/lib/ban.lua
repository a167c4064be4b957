-- From where nobody may do anything. Networks are made by model/address.c.

-- The first of the networks, which limits go by.
local function place_of(networks)
    return string.match(networks, '^%S+')
end

-- Is a ban in force that ends then? 0: it does not end.
local function in_force(ends)
    return ends == '0' or ends * 1000000 > micros()
end

-- Is the place in a network that is banned?
local function banned(networks)
    if redis.call('EXISTS', k('bans')) == 0 then
        return false
    end
    local names = {}
    for network in string.gmatch(networks, '%S+') do
        names[#names + 1] = network
    end
    for _, ends in ipairs(redis.call('HMGET', k('bans'), unpack(names))) do
        if ends and in_force(ends) then
            return true
        end
    end
    return false
end

-- The bans that are in force: network, when it ends, …. The others are dropped.
local function bans_in_force()
    local bans = {}
    local all = redis.call('HGETALL', k('bans'))
    for i = 1, #all, 2 do
        if in_force(all[i + 1]) then
            bans[#bans + 1], bans[#bans + 2] = all[i], all[i + 1]
        else
            redis.call('HDEL', k('bans'), all[i])
        end
    end
    return bans
end
