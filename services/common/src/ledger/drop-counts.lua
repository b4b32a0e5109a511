-- Drops counts that are in MySQL now.
-- KEYS  1 epoch, 4 flushing:id, 5 flushing:chats, 6 flushing:messages (numbered as in take-counts)
-- ARGV  1 the id they were set aside under
if redis.call('GET', KEYS[4]) == ARGV[1] then
  redis.call('DEL', KEYS[4], KEYS[5], KEYS[6])
end
return 1
