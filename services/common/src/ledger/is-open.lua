-- KEYS  1 epoch, 2 counters
-- ARGV  a counter's field, "" to ask after the shard alone
-- Gives 1 when that parent is open in this epoch, else 0.
return redis.call('HEXISTS', KEYS[2], ARGV[1])
