-- Reads who holds and who waits. Preceded by admission.lua.
-- Returns {complete (0 or 1), limits, holders, waiters, rings, slowed}; limits is the JSON that was set or '', and
-- the others are flat lists: entry, lease end; entry, arrival; priority, group, company, turn; class, node, limit.
-- Guarantees one moment's picture.
local held = {}
for _, holder in ipairs(redis.call('ZRANGE', leases, 0, -1)) do
    held[#held + 1] = redis.call('HGET', holders, holder)
    held[#held + 1] = redis.call('ZSCORE', leases, holder)
end

local queued, rings = {}, {}
for _, class in ipairs(redis.call('SMEMBERS', state .. ':classes')) do
    for _, group in ipairs(redis.call('SMEMBERS', state .. ':groups:' .. class)) do
        for priority = 0, lowestPriority do
            local ring = redis.call('ZRANGE', ringOf(priority, group), 0, -1, 'WITHSCORES')
            for index = 1, #ring, 2 do
                rings[#rings + 1] = tostring(priority)
                rings[#rings + 1] = group
                rings[#rings + 1] = ring[index]
                rings[#rings + 1] = ring[index + 1]
                local queue = redis.call('ZRANGE', queueOf(priority, group, ring[index]), 0, -1, 'WITHSCORES')
                for waiter = 1, #queue, 2 do
                    queued[#queued + 1] = redis.call('HGET', waiting, queue[waiter])
                    queued[#queued + 1] = queue[waiter + 1]
                end
            end
        end
    end
end

local low = {}
for _, place in ipairs(redis.call('ZRANGE', slowed, 0, -1)) do
    local names = cjson.decode(place)
    low[#low + 1] = names[1]
    low[#low + 1] = names[2]
    low[#low + 1] = string.format('%d', nodeLimit(names[1], names[2]))
end

return { complete() and 1 or 0, redis.call('HGET', state, 'limits') or '', held, queued, rings, low }
