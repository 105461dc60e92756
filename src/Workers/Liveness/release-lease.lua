-- Gives back a lease, if it is the caller's.
-- KEYS 1 the lease
-- ARGV 1 owner
if redis.call('GET', KEYS[1]) == ARGV[1] then
    redis.call('DEL', KEYS[1])
end
return 1
