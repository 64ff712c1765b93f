-- Takes an item for one attempt: the point of no return.
--
-- KEYS  1 conversation hash  2 outbox zset  3 item hash  4 order list
-- ARGV  1 item id  2 now, ms  3 node  4 how long the attempt may take, ms
-- Returns {"gone"}                              no such item (any more)
--         {"wait"}                              another node has it, it is not due, or one before it is not done
--         {"run",  item, borrower, attempt}     run it now
--         {"drop", item, borrower, attempt, why}  it must not run: epoch, hold, tombstone, expired
-- A call that was attempted before and whose fate is unknown is never dropped:
-- it is asked again, with the same key, until there is a definite answer.
local v = redis.call('HMGET', KEYS[3], 'item', 'lane', 'rev', 'epoch', 'guarded', 'proactive',
  'address', 'notbefore', 'expires', 'node', 'call', 'borrower', 'tries', 'dirty')
if not v[1] then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return {'gone'}
end
local now = tonumber(ARGV[2])
local score = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]) or '0')
if score > now and v[10] ~= ARGV[3] then return {'wait'} end
local lease = string.format('%d', now + tonumber(ARGV[4]))

if v[2] ~= '' then
  local prefix = v[2] .. ' '
  for _, entry in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
    if string.sub(entry, 1, #prefix) == prefix then
      if string.match(entry, ' ([^ ]*)$') ~= ARGV[1] then
        redis.call('HSET', KEYS[3], 'node', '')
        redis.call('ZADD', KEYS[2], lease, ARGV[1])
        return {'wait'}
      end
      break
    end
  end
end
if tonumber(v[8]) > now then
  redis.call('HSET', KEYS[3], 'node', '')
  redis.call('ZADD', KEYS[2], v[8], ARGV[1])
  return {'wait'}
end

local why = ''
if not (v[14] == '1' and v[11] == '1') then
  local c = redis.call('HMGET', KEYS[1], 'epoch', 'hold', 'tomb')
  if v[5] == '1' and c[1] and c[1] ~= v[4] then
    why = 'epoch'
  elseif v[6] == '1' and c[2] and tonumber(c[2]) > tonumber(v[3]) then
    why = 'hold'
  elseif v[7] ~= '' and c[3] and string.find(c[3], '\n' .. v[7] .. '\n', 1, true) then
    why = 'tombstone'
  elseif tonumber(v[9]) > 0 and now >= tonumber(v[9]) then
    why = 'expired'
  end
end
local tries = tonumber(v[13]) + 1
redis.call('HSET', KEYS[3], 'node', ARGV[3], 'tries', tries)
redis.call('ZADD', KEYS[2], lease, ARGV[1])
if why ~= '' then return {'drop', v[1], v[12], tostring(tries), why} end
redis.call('HSET', KEYS[3], 'dirty', '1')
return {'run', v[1], v[12], tostring(tries)}
