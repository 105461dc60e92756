-- Deletes a saga that has not changed since it was read.
-- KEYS[1] = the saga: a hash of `version` and `body`
-- ARGV[1] = version that was read
-- Returns 1 if it was deleted, 0 if its version is another one, -1 if it was gone.
-- Guarantees that an event which arrived meanwhile is not lost with the saga.
local version = redis.call('HGET', KEYS[1], 'version')
if not version then
    return -1
end
if version ~= ARGV[1] then
    return 0
end

redis.call('DEL', KEYS[1])
return 1
