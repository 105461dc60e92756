-- Creates a saga.
-- KEYS[1] = the saga: a hash of `version` and `body`
-- ARGV[1] = version, ARGV[2] = body (JSON), ARGV[3] = expiry in ms, 0 for none
-- Returns 1 if it was created, 0 if a saga was there; that one is left alone.
-- Guarantees that of two creations of one saga exactly one succeeds.
if redis.call('EXISTS', KEYS[1]) == 1 then
    return 0
end

redis.call('HSET', KEYS[1], 'version', ARGV[1], 'body', ARGV[2])
if tonumber(ARGV[3]) > 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
