-- Takes due messages, and those that a dispatcher took and did not finish in time.
-- KEYS[1] = due, KEYS[2] = in flight, KEYS[3] = messages (see schedule.lua)
-- ARGV[1] = now (ms), ARGV[2] = end of the visibility timeout (ms), ARGV[3] = how many at most
-- Returns {when to look again (ms, '' for nothing scheduled), token, message, token, message, ...}, the longest due first.
-- Guarantees that a message is taken by one dispatcher at a time and stays until it is acknowledged.
local taken = {}
for _, token in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
    taken[#taken + 1] = token
end

local left = tonumber(ARGV[3]) - #taken
if left > 0 then
    for _, token in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, left)) do
        taken[#taken + 1] = token
    end
end

local result = { '' }
for _, token in ipairs(taken) do
    redis.call('ZREM', KEYS[1], token)
    redis.call('ZADD', KEYS[2], ARGV[2], token)
    result[#result + 1] = token
    result[#result + 1] = redis.call('HGET', KEYS[3], token)
end

local due = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
local back = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
if due and (not back or tonumber(due) < tonumber(back)) then
    result[1] = due
elseif back then
    result[1] = back
end
return result
