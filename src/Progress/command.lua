-- One command on one key, for scripts that run together.
-- KEYS 1 the key
-- ARGV 1 the command's name  2 .. its arguments after the key
-- Returns the command's answer.
local unpack = unpack or table.unpack
return redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))
