-- What the scripts of this folder share; it is put in front of each of them.
--
-- KEYS[1] = the cluster's state: a hash of `epoch` (present: the counts are complete), `seq` (arrivals and grants),
--           `limits` (JSON, absent: the defaults), the counts of held slots and the lowered limits
-- ARGV[1] = now, ms since 1970; ARGV[2] = default limits (JSON); a script's own arguments follow from ARGV[3]
--
-- Computes names from KEYS[1], for one Redis node; on Garnet in transaction mode the lock on KEYS[1] serialises all
-- scripts of a cluster, and nothing but these scripts touches the keys:
--   :holders          hash  holder -> entry
--   :leases           zset  holder -> end of its lease, ms
--   :waiting          hash  holder -> entry
--   :touched          zset  holder -> when the waiter was last heard of, ms
--   :released         set   holders that gave back a slot while the epoch was missing
--   :slowed           zset  [class, node] -> last change of its lowered limit, ms
--   :classes          set   classes that ever had waiters
--   :groups:C         set   groups of class C with waiters
--   :served:P:C       hash  company -> seq of its last grant in class C at priority P
--   :ring:P:G         zset  company -> its turn, for the companies that wait in group G at priority P
--   :queue:P:G:X      zset  holder -> arrival, for the waiters of company X
--
-- An entry is the request as JSON. A group is the JSON array [class, node] or [class, node, storage]: all of its
-- waiters fit or none does, so that the head of each queue is all that choosing the next one reads.
--
-- Between scripts no waiter fits: a script that frees or adds a slot grants it before it returns.
local state, now = KEYS[1], tonumber(ARGV[1])
local holders, leases, waiting, touched = state .. ':holders', state .. ':leases', state .. ':waiting', state .. ':touched'
local slowed = state .. ':slowed'
local limits = cjson.decode(redis.call('HGET', state, 'limits') or ARGV[2])
local lowestPriority = 2

local function complete()
    return redis.call('HEXISTS', state, 'epoch') == 1
end

local function nextSeq()
    return redis.call('HINCRBY', state, 'seq', 1)
end

-- Names may hold any character: their length keeps two of them apart.
local function nodeField(class, node) return 'n' .. #class .. ':' .. class .. node end
local function storageField(class, storage) return 's' .. #class .. ':' .. class .. storage end
local function classField(class) return 'c' .. class end
local function slowField(class, node) return 'slow' .. nodeField(class, node) end

local function number(field)
    return tonumber(redis.call('HGET', state, field) or '0')
end

local function limitOf(class)
    return limits[class] or limits['*']
end

local function nodeLimit(class, node)
    local limit = limitOf(class).node
    local lowered = redis.call('HGET', state, slowField(class, node))
    if lowered and tonumber(lowered) < limit then
        return tonumber(lowered)
    end
    return limit
end

local function fits(class, node, storage)
    local limit = limitOf(class)
    return number(nodeField(class, node)) < nodeLimit(class, node)
        and number(classField(class)) < limit.cluster
        and (not storage or number(storageField(class, storage)) < limit.storage)
end

local function count(entry, by)
    local fields = { nodeField(entry.class, entry.node), classField(entry.class) }
    if entry.storage then
        fields[3] = storageField(entry.class, entry.storage)
    end
    for _, field in ipairs(fields) do
        if redis.call('HINCRBY', state, field, by) <= 0 then
            redis.call('HDEL', state, field)
        end
    end
end

local function ringOf(priority, group) return state .. ':ring:' .. priority .. ':' .. group end
local function servedOf(entry) return state .. ':served:' .. entry.priority .. ':' .. entry.class end
local function queueOf(priority, group, company) return state .. ':queue:' .. priority .. ':' .. group .. ':' .. company end

-- Gives the slot. The company goes to the back of every ring of the class at that priority.
local function hold(entry, text)
    count(entry, 1)
    redis.call('HSET', holders, entry.holder, text)
    redis.call('ZADD', leases, now + entry.lease, entry.holder)

    local turn = nextSeq()
    redis.call('HSET', servedOf(entry), entry.company, turn)
    for _, group in ipairs(redis.call('SMEMBERS', state .. ':groups:' .. entry.class)) do
        redis.call('ZADD', ringOf(entry.priority, group), 'XX', turn, entry.company)
    end
end

local function leave(holder)
    local text = redis.call('HGET', holders, holder)
    if not text then
        return nil
    end
    local entry = cjson.decode(text)
    count(entry, -1)
    redis.call('HDEL', holders, holder)
    redis.call('ZREM', leases, holder)
    return entry
end

-- A company that was never served goes before all that were, the first come of them first.
local function wait(entry, text)
    local arrival = nextSeq()
    local turn = redis.call('HGET', servedOf(entry), entry.company) or (arrival - 1000000000000)
    redis.call('HSET', waiting, entry.holder, text)
    redis.call('ZADD', touched, now, entry.holder)
    redis.call('SADD', state .. ':classes', entry.class)
    redis.call('SADD', state .. ':groups:' .. entry.class, entry.group)
    redis.call('ZADD', ringOf(entry.priority, entry.group), 'NX', turn, entry.company)
    redis.call('ZADD', queueOf(entry.priority, entry.group, entry.company), arrival, entry.holder)
end

local function unwait(entry)
    local queue, ring = queueOf(entry.priority, entry.group, entry.company), ringOf(entry.priority, entry.group)
    redis.call('HDEL', waiting, entry.holder)
    redis.call('ZREM', touched, entry.holder)
    redis.call('ZREM', queue, entry.holder)
    if redis.call('ZCARD', queue) == 0 then
        redis.call('ZREM', ring, entry.company)
    end
    for priority = 0, lowestPriority do
        if redis.call('ZCARD', ringOf(priority, entry.group)) > 0 then
            return
        end
    end
    redis.call('SREM', state .. ':groups:' .. entry.class, entry.group)
end

-- The waiter that is next in a class: by priority, then the company whose turn is lowest, then the first come.
local function nextOf(class)
    local open = {}
    for _, group in ipairs(redis.call('SMEMBERS', state .. ':groups:' .. class)) do
        local place = cjson.decode(group)
        if fits(place[1], place[2], place[3]) then
            open[#open + 1] = group
        end
    end
    for priority = 0, lowestPriority do
        local best
        for _, group in ipairs(open) do
            local head = redis.call('ZRANGE', ringOf(priority, group), 0, 0, 'WITHSCORES')
            if head[1] then
                local first = redis.call('ZRANGE', queueOf(priority, group, head[1]), 0, 0, 'WITHSCORES')
                local turn, arrival = tonumber(head[2]), tonumber(first[2])
                if not best or turn < best.turn or (turn == best.turn and arrival < best.arrival) then
                    best = { holder = first[1], turn = turn, arrival = arrival }
                end
            end
        end
        if best then
            return best.holder
        end
    end
    return nil
end

-- Gives free slots of a class to its waiters and appends their entries to `granted`.
local function handOn(class, granted)
    local holder = nextOf(class)
    while holder do
        local text = redis.call('HGET', waiting, holder)
        local entry = cjson.decode(text)
        unwait(entry)
        hold(entry, text)
        granted[#granted + 1] = text
        holder = nextOf(class)
    end
end

local function handOnAll(granted)
    for _, class in ipairs(redis.call('SMEMBERS', state .. ':classes')) do
        handOn(class, granted)
    end
end

-- Raises a lowered limit by one; true if it was lowered.
local function raise(class, node, place)
    local lowered = redis.call('HGET', state, slowField(class, node))
    if not lowered then
        return false
    end
    if tonumber(lowered) + 1 >= limitOf(class).node then
        redis.call('HDEL', state, slowField(class, node), 'since' .. slowField(class, node))
        redis.call('ZREM', slowed, place)
    else
        redis.call('HSET', state, slowField(class, node), tonumber(lowered) + 1)
        redis.call('ZADD', slowed, now, place)
    end
    return true
end

