-- Gives each record of a batch its number and writes it down beside it: a number never exists without its record. A
-- repeated idempotency key is given the number that it has.
-- KEYS  1 epoch, 2 counters, 3 outbox, 4 unconfirmed, 5 outbox:bytes, 6 keys:since, 7 the prefix of pending:<parent>,
--       8 the prefix of idem:<parent>:<key> (both of the same slot by their hash tag)
-- ARGV  1 batch id, 2 the outbox's limit in bytes, 3 tolerance of a key's time, 4 milliseconds for which keys are kept, then
--       per record: kind, uid, token, chat ("" unless a message), JSON without number, and "" or
--       "<fingerprint> <the key's time in ms, 0 when it has none, inf when MySQL does not know the key> <key>"
-- Gives per record: its number (0 for an application); for a repeat {number, its JSON when it has to be published again,
--       else ""}; or -1 application unknown, -2 deleted, -3 chat unknown, -4 deleted, -5 key used with another body,
--       -6 key unknown here, ask MySQL, -7 outbox full, -8 the key's time is ahead
local results, uids = {}, {}
local bytes, limit = tonumber(redis.call('GET', KEYS[5]) or '0'), tonumber(ARGV[2])
local added = 0
-- One clock for all: Redis's own.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function remember(parent, number, uid, json)
  redis.call('HSET', KEYS[3], uid, json)
  redis.call('ZADD', KEYS[7] .. parent, number, uid)
  added = added + #json
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

-- What a key that was used before is answered, or nil.
local function repeated(saved, fingerprint)
  local same, number, uid, batch = string.match(saved, '^(%S+) (%S+) (%S+) (%S+)$')
  if same ~= fingerprint then return -5 end
  -- Until the broker has confirmed its batch, and MySQL has not settled it, nobody knows whether it was published.
  local unsure = redis.call('HEXISTS', KEYS[4], batch) == 1 and redis.call('HGET', KEYS[3], uid)
  return { tonumber(number), unsure or '' }
end

-- Why a key that is not here cannot be taken as new, or nil. Keys are here since `keys:since`, and for a while each.
local function unsureKey(keyTime)
  if keyTime == 'inf' then return nil end
  local tolerance = tonumber(ARGV[3])
  local at = tonumber(keyTime)
  if at > now + tolerance then return -8 end
  local since = math.max(tonumber(redis.call('GET', KEYS[6]) or now), now - tonumber(ARGV[4]))
  if at <= since + tolerance then return -6 end
end

local function allot(kind, uid, token, chat, json)
  if bytes + added >= limit then return -7 end
  if kind == 'application' then
    redis.call('HSETNX', KEYS[2], token, 0)
    remember('applications', cjson.decode(json).createdAt, uid, json)
    return 0
  end
  local number = take(token, -1, -2)
  if number > 0 and kind == 'message' then number = take(token .. ':' .. chat, -3, -4) end
  if number < 0 then return number end
  local text = string.format('%d', number)
  if kind == 'chat' then
    redis.call('HSET', KEYS[2], token, text, token .. ':' .. text, 0)
    remember(token, text, uid, withNumber(json, text))
  else
    redis.call('HSET', KEYS[2], token .. ':' .. chat, text)
    remember(token .. ':' .. chat, text, uid, withNumber(json, text))
  end
  return number
end

local parents = { application = function() return 'applications' end }
function parents.chat(token) return token end
function parents.message(token, chat) return token .. ':' .. chat end

for i = 5, #ARGV, 6 do
  local kind, uid, token, chat, json, idempotency = unpack(ARGV, i, i + 5)
  local result, name, fingerprint
  if idempotency ~= '' then
    local keyTime, key
    fingerprint, keyTime, key = string.match(idempotency, '^(%S+) (%S+) (%S+)$')
    name = KEYS[8] .. parents[kind](token, chat) .. ':' .. key
    local saved = redis.call('GET', name)
    result = saved and repeated(saved, fingerprint) or not saved and unsureKey(keyTime) or nil
  end
  if not result then
    result = allot(kind, uid, token, chat, json)
    if name and result >= 0 then
      redis.call('SET', name, table.concat({ fingerprint, string.format('%d', result), uid, ARGV[1] }, ' '))
    end
  end
  results[#results + 1] = result
end

if #uids > 0 then
  redis.call('HSET', KEYS[4], ARGV[1], string.format('%d ', now) .. table.concat(uids, ' '))
  redis.call('INCRBY', KEYS[5], added)
end
return results
