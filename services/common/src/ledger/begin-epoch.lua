-- Forgets the counters (they open again from MySQL, which is exact now) and begins the epoch.
-- KEYS  1 opening (fence), 2 epoch, 3 counters, 4 unconfirmed
-- ARGV  1 the epoch
redis.call('DEL', KEYS[3], KEYS[4])
redis.call('SET', KEYS[2], ARGV[1])
return 1
