-- Opens parents with their last numbers, or closes them for ever. An open counter is never overwritten by a number:
-- inside an epoch it alone is exact.
-- KEYS  1 epoch, 2 counters
-- ARGV  per parent: field, last number or "deleted"
for i = 1, #ARGV, 2 do
  if ARGV[i + 1] == 'deleted' then
    redis.call('HSET', KEYS[2], ARGV[i], 'deleted')
  else
    redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 1])
  end
end
return 1
