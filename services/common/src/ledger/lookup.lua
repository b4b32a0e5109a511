-- Reads records by uid: an application's uid is its token.
-- KEYS  1 epoch, 2 outbox
-- ARGV  uids
-- Gives their JSON, nil for what is not in the outbox.
return redis.call('HMGET', KEYS[2], unpack(ARGV))
