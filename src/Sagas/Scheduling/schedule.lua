-- Schedules a message, or replaces the one with the same token.
-- KEYS[1] = due (zset token -> due, ms), KEYS[2] = in flight (zset token -> end of the visibility timeout, ms),
-- KEYS[3] = messages (hash token -> message JSON)
-- ARGV[1] = token, ARGV[2] = due (ms), ARGV[3] = message (JSON), ARGV[4] = channel of the dispatchers
-- Returns 1 if it is the next one due (the dispatchers are notified), else 0.
-- Guarantees that a message is due exactly when its text is there.
redis.call('HSET', KEYS[3], ARGV[1], ARGV[3])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
if redis.call('ZRANGE', KEYS[1], 0, 0)[1] ~= ARGV[1] then
    return 0
end

redis.call('PUBLISH', ARGV[4], ARGV[2])
return 1
