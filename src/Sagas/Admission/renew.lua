-- Says that holders and waiters are still there. Preceded by admission.lua.
-- ARGV[3...] = holders
-- Returns how many of them were known.
-- Guarantees that a lease that was given to another is never brought back.
local known = 0
for index = 3, #ARGV do
    local holder = ARGV[index]
    local text = redis.call('HGET', holders, holder)
    if text then
        redis.call('ZADD', leases, now + cjson.decode(text).lease, holder)
        known = known + 1
    elseif redis.call('HEXISTS', waiting, holder) == 1 then
        redis.call('ZADD', touched, now, holder)
        known = known + 1
    end
end
return known
