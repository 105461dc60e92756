-- Cancels a scheduled message.
-- KEYS[1] = due, KEYS[2] = in flight, KEYS[3] = messages (see schedule.lua)
-- ARGV[1] = token
-- Returns 1 if it was there, 0 if it was not (sent, cancelled, never scheduled).
-- Guarantees that a message that was not taken yet is not sent; one that is being sent is not sent again.
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[3], ARGV[1])
