-- Gives a message that could not be sent back, to be taken again.
-- KEYS[1] = due, KEYS[2] = in flight (see schedule.lua)
-- ARGV[1] = token, ARGV[2] = end of the visibility timeout that it was taken with (ms), ARGV[3] = due again (ms)
-- Returns 1 if it is due again, 0 if it was scheduled again, cancelled or taken by another meanwhile.
if tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or '-1') ~= tonumber(ARGV[2]) then
    return 0
end

redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
