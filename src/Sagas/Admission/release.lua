-- Gives back a slot, or leaves the queue. Preceded by admission.lua.
-- ARGV[3] = holder
-- Returns {'restore'} if the counts are not complete, else {'ok', entry of each waiter that got a slot...}.
-- Guarantees that a slot is given back once however often it is asked, and that a release during a restore counts.
local holder = ARGV[3]
if not complete() then
    redis.call('SADD', state .. ':released', holder)
    redis.call('PEXPIRE', state .. ':released', 3600000)
    return { 'restore' }
end

local result = { 'ok' }
local queued = redis.call('HGET', waiting, holder)
if queued then
    unwait(cjson.decode(queued))
end

local entry = leave(holder)
if entry then
    handOn(entry.class, result)
end
return result
