-- Sets the cluster's limits. Preceded by admission.lua.
-- ARGV[3] = limits (JSON)
-- Returns {'restore'} if the counts are not complete (the limits are set all the same), else {'ok', entry of each
-- waiter that got a slot...}.
-- Guarantees that higher limits are used at once; lower ones revoke no slot.
redis.call('HSET', state, 'limits', ARGV[3])
limits = cjson.decode(ARGV[3])
if not complete() then
    return { 'restore' }
end

local result = { 'ok' }
handOnAll(result)
return result
