-- Reads the tasks of a cluster; one that has none is no longer among the clusters with tasks.
-- KEYS 1 the cluster's tasks (hash UPID -> task as JSON)  2 clusters with tasks (set)
-- ARGV 1 cluster
-- Returns the tasks.
local tasks = redis.call('HVALS', KEYS[1])
if #tasks == 0 then
    redis.call('SREM', KEYS[2], ARGV[1])
end
return tasks
