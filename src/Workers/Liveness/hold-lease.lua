-- Takes a lease that no one holds, or prolongs the caller's own.
-- KEYS 1 the lease: the owner's name, until it expires
-- ARGV 1 owner  2 length, ms
-- Returns 1: the caller holds it. 0: another owner does.
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
