-- Reads records that are accepted and perhaps not in MySQL yet.
-- KEYS  1 epoch, 2 outbox, 3 pending:<parent>
-- ARGV  1 lowest, 2 highest number (ZRANGEBYSCORE), 3 "asc" or "desc", 4 at most how many
-- Gives their JSON in that order.
local uids
if ARGV[3] == 'desc' then
  uids = redis.call('ZREVRANGEBYSCORE', KEYS[3], ARGV[2], ARGV[1], 'LIMIT', 0, ARGV[4])
else
  uids = redis.call('ZRANGEBYSCORE', KEYS[3], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[4])
end
local records = {}
-- unpack has room for some thousands at a time.
for first = 1, #uids, 1000 do
  local part = redis.call('HMGET', KEYS[2], unpack(uids, first, math.min(first + 999, #uids)))
  for i = 1, #part do records[#records + 1] = part[i] end
end
return records
