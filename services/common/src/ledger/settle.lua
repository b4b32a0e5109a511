-- Forgets records that are in MySQL now, and raises the counts of those that were stored live, once. From now on their
-- idempotency keys are kept for a while only: MySQL has them, too.
-- KEYS  1 fence, 2 outbox, 3 counts:chats, 4 counts:messages, 5 outbox:bytes, 6 the prefix of pending:<parent>,
--       7 the prefix of idem:<parent>:<key>
-- ARGV  1 milliseconds for which keys are kept, then per record: uid, parent, count to raise ("chats", "messages" or "")
-- Gives the number of records forgotten.
local settled, freed = 0, 0
for i = 2, #ARGV, 3 do
  local uid, parent, count = unpack(ARGV, i, i + 2)
  local json = redis.call('HGET', KEYS[2], uid)
  if json then
    redis.call('HDEL', KEYS[2], uid)
    redis.call('ZREM', KEYS[6] .. parent, uid)
    if count == 'chats' then redis.call('HINCRBY', KEYS[3], parent, 1) end
    if count == 'messages' then redis.call('HINCRBY', KEYS[4], parent, 1) end
    settled, freed = settled + 1, freed + #json
    -- Inside a text its quotes would be escaped.
    local key = string.match(json, '"idempotency":{"key":"([%w_.-]+)"')
    if key then redis.call('PEXPIRE', KEYS[7] .. parent .. ':' .. key, ARGV[1]) end
  end
end
if freed > 0 then redis.call('DECRBY', KEYS[5], freed) end
return settled
