-- Forgets a message that was sent.
-- KEYS[1] = due, KEYS[2] = in flight, KEYS[3] = messages (see schedule.lua)
-- ARGV[1] = token, ARGV[2] = end of the visibility timeout that it was taken with (ms)
-- Returns 1 if it is forgotten, 0 if it was scheduled again, cancelled or taken by another meanwhile.
-- Guarantees that a late acknowledgement does not remove a message that was scheduled again under the same token.
if tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or '-1') ~= tonumber(ARGV[2]) then
    return 0
end

redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
return 1
