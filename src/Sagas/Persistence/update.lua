-- Replaces a saga that has not changed since it was read.
-- KEYS[1] = the saga: a hash of `version` and `body`
-- ARGV[1] = version that was read, ARGV[2] = new version, ARGV[3] = body (JSON), ARGV[4] = expiry in ms, 0 for none
-- Returns 1 if it was replaced, 0 if its version is another one, -1 if it is gone; then nothing was written.
-- Guarantees that no update is lost and that a deleted saga does not come back.
local version = redis.call('HGET', KEYS[1], 'version')
if not version then
    return -1
end
if version ~= ARGV[1] then
    return 0
end

redis.call('HSET', KEYS[1], 'version', ARGV[2], 'body', ARGV[3])
if tonumber(ARGV[4]) > 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
end
return 1
