-- Lowers a node's limit to half of what it is, at least 1. Preceded by admission.lua.
-- ARGV[3] = class, ARGV[4] = node, ARGV[5] = the pair as JSON [class, node]
-- ARGV[6] = ms within which further complaints belong to the same jam and change nothing
-- Returns the node's limit.
-- Guarantees that one jam that fails many tasks at once halves the limit once.
local class, node, place = ARGV[3], ARGV[4], ARGV[5]
local limit = nodeLimit(class, node)
local since = 'since' .. slowField(class, node)
if now - number(since) < tonumber(ARGV[6]) then
    return limit
end

limit = math.max(1, math.floor(limit / 2))
redis.call('HSET', state, slowField(class, node), limit, since, now)
redis.call('ZADD', slowed, now, place)
return limit
