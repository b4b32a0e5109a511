-- Whether a shard's counts were put right since its Redis began empty; a Redis that was emptied has forgotten it.
-- KEYS  1 epoch, 2 recounted
-- ARGV  1 "1" to note that they were
-- Gives 1 when they were, else 0.
if ARGV[1] == '1' then redis.call('SET', KEYS[2], 1) end
return redis.call('EXISTS', KEYS[2])
