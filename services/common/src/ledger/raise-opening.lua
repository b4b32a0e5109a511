-- Announces a recovery, and ends the epoch so far; upwards only, so that a leader that slept through another's recovery
-- is refused.
-- KEYS  1 opening, 2 epoch
-- ARGV  1 the epoch to be opened
-- Gives 1 when this epoch is the one to be opened.
local opening = tonumber(redis.call('GET', KEYS[1]) or '0')
if opening > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
return 1
