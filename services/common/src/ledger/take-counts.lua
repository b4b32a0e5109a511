-- Sets the waiting counts aside under a fixed name and an id; what was set aside before and not dropped comes again,
-- with its old id, so that a crash after any step neither loses nor doubles.
-- KEYS  1 epoch, 2 counts:chats, 3 counts:messages, 4 flushing:id, 5 flushing:chats, 6 flushing:messages
-- ARGV  1 a new id
-- Gives nil when nothing waits, else {id, chats as flat pairs, messages as flat pairs}.
local id = redis.call('GET', KEYS[4])
if not id then
  if redis.call('EXISTS', KEYS[2], KEYS[3]) == 0 then return nil end
  id = ARGV[1]
  if redis.call('EXISTS', KEYS[2]) == 1 then redis.call('RENAME', KEYS[2], KEYS[5]) end
  if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('RENAME', KEYS[3], KEYS[6]) end
  redis.call('SET', KEYS[4], id)
end
return { id, redis.call('HGETALL', KEYS[5]), redis.call('HGETALL', KEYS[6]) }
