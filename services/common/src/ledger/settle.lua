-- Forgets records that are in MySQL now, and raises the counts of those that were stored live, once.
-- KEYS  1 fence, 2 outbox, 3 counts:chats, 4 counts:messages, 5 the prefix of pending:<parent>
-- ARGV  per record: uid, parent, count to raise ("chats", "messages" or "")
-- Gives the number of records forgotten.
local settled = 0
for i = 1, #ARGV, 3 do
  local uid, parent, count = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if redis.call('HDEL', KEYS[2], uid) == 1 then
    redis.call('ZREM', KEYS[5] .. parent, uid)
    if count == 'chats' then redis.call('HINCRBY', KEYS[3], parent, 1) end
    if count == 'messages' then redis.call('HINCRBY', KEYS[4], parent, 1) end
    settled = settled + 1
  end
end
return settled
