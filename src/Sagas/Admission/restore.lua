-- Counts again after the counts were lost. Preceded by admission.lua.
-- ARGV[3...] = entry (JSON) of each job that runs
-- Returns {'ok', entry of each waiter that got a slot...}.
-- Guarantees that the first restore wins and a later one, read from the database earlier, changes nothing; that who
-- released meanwhile is not counted; and that no step gets a slot before all that run are counted.
local result = { 'ok' }
if complete() then
    return result
end

local seq = redis.call('HGET', state, 'seq') or '0'
local kept = redis.call('HGET', state, 'limits')
redis.call('DEL', state, holders, leases, slowed)
redis.call('HSET', state, 'seq', seq)
if kept then
    redis.call('HSET', state, 'limits', kept)
end

for index = 3, #ARGV do
    local entry = cjson.decode(ARGV[index])
    local known = redis.call('HEXISTS', holders, entry.holder) == 1
    local released = redis.call('SISMEMBER', state .. ':released', entry.holder) == 1
    if not known and not released then
        local queued = redis.call('HGET', waiting, entry.holder)
        if queued then
            unwait(cjson.decode(queued))
        end
        hold(entry, ARGV[index])
    end
end

redis.call('DEL', state .. ':released')
redis.call('HSET', state, 'epoch', now)
handOnAll(result)
return result
