-- Adds a task to those that are waited for, and wakes the watchers.
-- KEYS 1 the cluster's tasks (hash UPID -> task as JSON)  2 clusters with tasks (set)
-- ARGV 1 UPID  2 task (JSON)  3 cluster  4 channel of the watchers
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[3])
return 1
