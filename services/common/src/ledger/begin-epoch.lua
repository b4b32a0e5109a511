-- Forgets the counters (they open again from MySQL, which is exact now) and begins the epoch.
-- KEYS  1 opening (fence), 2 epoch, 3 counters, 4 unconfirmed, 5 keys:since
-- ARGV  1 the epoch, 2 "1" when there are idempotency keys in MySQL: those that are not here must be asked for there
redis.call('DEL', KEYS[3], KEYS[4])
local time = redis.call('TIME')
redis.call('SET', KEYS[5], ARGV[2] == '1' and string.format('%d', time[1] * 1000) or '0')
redis.call('SET', KEYS[2], ARGV[1])
return 1
