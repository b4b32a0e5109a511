-- Reads of one moment what the ledger knows of a parent's children.
-- KEYS  1 epoch, 2 counters, 3 counts:<chats or messages>, 4 flushing:id, 5 flushing:<chats or messages>, 6 pending:<parent>
-- ARGV  1 the parent's field, 2 at most how many pending ones
-- Gives {last number, "deleted" or nil, count waiting or nil, flush id or nil, count in that flush or nil, number of pending
-- records, those with the lowest numbers as flat pairs of uid and number}.
return {
  redis.call('HGET', KEYS[2], ARGV[1]),
  redis.call('HGET', KEYS[3], ARGV[1]),
  redis.call('GET', KEYS[4]),
  redis.call('HGET', KEYS[5], ARGV[1]),
  redis.call('ZCARD', KEYS[6]),
  redis.call('ZRANGE', KEYS[6], 0, ARGV[2] - 1, 'WITHSCORES'),
}
