-- Gives each record of a batch its number and writes it down beside it: a number never exists without its record.
-- KEYS  1 epoch, 2 counters, 3 outbox, 4 unconfirmed, 5 the prefix of pending:<parent> (same slot by its hash tag)
-- ARGV  1 batch id, 2 milliseconds now, then per record: kind, uid, token, chat ("" unless a message), JSON without number
-- Gives per record: its number (0 for an application); or -1 application unknown, -2 deleted, -3 chat unknown, -4 deleted
local results, uids = {}, {}

local function remember(parent, number, uid, json)
  redis.call('HSET', KEYS[3], uid, json)
  redis.call('ZADD', KEYS[5] .. parent, number, uid)
  uids[#uids + 1] = uid
end

local function withNumber(json, number)
  return string.sub(json, 1, -2) .. ',"number":' .. number .. '}'
end

-- One more than the last number under `field`, or the refusal.
local function take(field, unknown, deleted)
  local last = redis.call('HGET', KEYS[2], field)
  if not last then return unknown end
  if last == 'deleted' then return deleted end
  return tonumber(last) + 1
end

for i = 3, #ARGV, 5 do
  local kind, uid, token, chat, json = ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4]
  local number
  if kind == 'application' then
    number = 0
    redis.call('HSETNX', KEYS[2], token, 0)
    remember('applications', cjson.decode(json).createdAt, uid, json)
  else
    number = take(token, -1, -2)
    if number > 0 and kind == 'message' then
      number = take(token .. ':' .. chat, -3, -4)
    end
    if number > 0 then
      local text = string.format('%d', number)
      if kind == 'chat' then
        redis.call('HSET', KEYS[2], token, text, token .. ':' .. text, 0)
        remember(token, text, uid, withNumber(json, text))
      else
        redis.call('HSET', KEYS[2], token .. ':' .. chat, text)
        remember(token .. ':' .. chat, text, uid, withNumber(json, text))
      end
    end
  end
  results[#results + 1] = number
end

if #uids > 0 then
  redis.call('HSET', KEYS[4], ARGV[1], ARGV[2] .. ' ' .. table.concat(uids, ' '))
end
return results
