-- Asks for a slot. Preceded by admission.lua.
-- ARGV[3] = entry (JSON)
-- Returns {'restore'} if the counts are not complete, {'granted'}, or {'waiting', position}.
-- Guarantees that no limit is exceeded, that a holder asks as often as it likes and has one slot (its lease begins
-- again), and that a waiter keeps its place while its class, node, storage, priority and company stay the same.
local text = ARGV[3]
local entry = cjson.decode(text)
if not complete() then
    return { 'restore' }
end

if redis.call('HEXISTS', holders, entry.holder) == 1 then
    redis.call('ZADD', leases, now + entry.lease, entry.holder)
    return { 'granted' }
end

local earlier = redis.call('HGET', waiting, entry.holder)
if earlier then
    local before = cjson.decode(earlier)
    if before.group == entry.group and before.priority == entry.priority and before.company == entry.company then
        redis.call('HSET', waiting, entry.holder, text)
        redis.call('ZADD', touched, now, entry.holder)
    else
        unwait(before)
        earlier = nil
    end
end

if not earlier then
    if fits(entry.class, entry.node, entry.storage) then
        hold(entry, text)
        return { 'granted' }
    end
    wait(entry, text)
end

-- Ahead are: all of a higher priority, its company's earlier ones, and of every other company one a round, plus one
-- of those whose turn comes before its company's.
local ahead = 0
for priority = 0, tonumber(entry.priority) - 1 do
    for _, company in ipairs(redis.call('ZRANGE', ringOf(priority, entry.group), 0, -1)) do
        ahead = ahead + redis.call('ZCARD', queueOf(priority, entry.group, company))
    end
end

local rounds = redis.call('ZRANK', queueOf(entry.priority, entry.group, entry.company), entry.holder)
local before = 1
for _, company in ipairs(redis.call('ZRANGE', ringOf(entry.priority, entry.group), 0, -1)) do
    if company == entry.company then
        ahead = ahead + rounds
        before = 0
    else
        ahead = ahead + math.min(redis.call('ZCARD', queueOf(entry.priority, entry.group, company)), rounds + before)
    end
end

return { 'waiting', ahead + 1 }
