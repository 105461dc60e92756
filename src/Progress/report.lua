-- One change of a job: updates its snapshot, appends to its events, notes it in the feed and publishes it, all or nothing.
--
-- KEYS 1 snapshot (hash)  2 events (list)  3 the company's recent changes (sorted set)  4 those of all companies  5 feed counter
-- ARGV 1 job id  2 channel  3 how many events are kept  4 how many recent jobs are kept
--      5 seconds to live from now on, 0 for ever (given with a final status)
--      6 'change' needs a snapshot; 'rise' too, and is refused if the percent would fall; 'new' writes the whole job
--        where there is no snapshot of this attempt; 'whole' replaces one that is not final
--      7 the writer's clock in ms; numbers never fall behind it, so that they go on rising after Redis was emptied
--      8 the job's attempt; a change of an earlier attempt than the snapshot's is refused
--      9 the change as one JSON object, as readers get it
--      10 .. field, value: what to set in the snapshot
-- Returns the event's number; 0 if nothing was changed: the change came too late, or the percent would fall;
--         -1 if there is no snapshot of this attempt to change: send the whole job first.
local mode, attempt = ARGV[6], tonumber(ARGV[8])
local status = redis.call('HGET', KEYS[1], 'status')
local known = tonumber(redis.call('HGET', KEYS[1], 'attempt') or '0')
local final = status == '"succeeded"' or status == '"failed"' or status == '"cancelled"'
if status and known > attempt then
  return 0
end
if not status or known < attempt then
  if mode == 'change' or mode == 'rise' then
    return -1
  end
elseif final or mode == 'new' then
  return 0
end
if mode == 'rise' then
  for i = 10, #ARGV, 2 do
    if ARGV[i] == 'percent' and tonumber(ARGV[i + 1]) < tonumber(redis.call('HGET', KEYS[1], 'percent') or '0') then
      return 0
    end
  end
end

local now = tonumber(ARGV[7])
local last = tonumber(redis.call('HGET', KEYS[1], 'seq') or '0')
local seq = last + 1
if seq < now then seq = now end
local feed = tonumber(redis.call('GET', KEYS[5]) or '0') + 1
if feed < now then feed = now end
redis.call('SET', KEYS[5], string.format('%.0f', feed))

local seq_text = string.format('%.0f', seq)
local feed_text = string.format('%.0f', feed)
if mode == 'new' or mode == 'whole' then
  redis.call('DEL', KEYS[1])
end
redis.call('HSET', KEYS[1], 'seq', seq_text)
for i = 10, #ARGV, 2 do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
end

redis.call('RPUSH', KEYS[2], seq_text .. ' ' .. ARGV[9])
redis.call('LTRIM', KEYS[2], -tonumber(ARGV[3]), -1)
for k = 3, 4 do
  redis.call('ZADD', KEYS[k], feed_text, ARGV[1])
  redis.call('ZREMRANGEBYRANK', KEYS[k], 0, -tonumber(ARGV[4]) - 1)
end

local ttl = tonumber(ARGV[5])
if ttl > 0 then
  redis.call('EXPIRE', KEYS[1], ttl)
  redis.call('EXPIRE', KEYS[2], ttl)
elseif mode == 'new' or mode == 'whole' then
  redis.call('PERSIST', KEYS[1])
  redis.call('PERSIST', KEYS[2])
end

redis.call('PUBLISH', ARGV[2], feed_text .. ' ' .. seq_text .. ' ' .. ARGV[1] .. ' ' .. ARGV[9])
return seq_text
