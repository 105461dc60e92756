-- Takes back what the vanished left. Preceded by admission.lua.
-- ARGV[3] = waiters not heard of since this time (ms) are forgotten
-- ARGV[4] = limits lowered and unchanged since this time (ms) rise by one
-- Returns {'restore'} if the counts are not complete, else {'ok', entry of each waiter that got a slot...}.
-- Guarantees that a slot whose lease ran out is counted no more, and that a lowered limit does not stay low for ever.
if not complete() then
    return { 'restore' }
end

for _, holder in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now)) do
    leave(holder)
end

for _, holder in ipairs(redis.call('ZRANGEBYSCORE', touched, '-inf', ARGV[3])) do
    unwait(cjson.decode(redis.call('HGET', waiting, holder)))
end

for _, place in ipairs(redis.call('ZRANGEBYSCORE', slowed, '-inf', ARGV[4])) do
    local names = cjson.decode(place)
    raise(names[1], names[2], place)
end

local result = { 'ok' }
handOnAll(result)
return result
