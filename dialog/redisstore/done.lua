-- Ends an item and makes the next one of its lane due.
--
-- KEYS  1 outbox zset  2 item hash  3 order list  4 poison hash
-- ARGV  1 item id  2 now, ms  3 reason when the item is given up, else ""
-- Returns {"ok", id of the next item of the lane when it may run now, or ""}
local v = redis.call('HMGET', KEYS[2], 'item', 'lane', 'notbefore')
redis.call('ZREM', KEYS[1], ARGV[1])
if not v[1] then return {'ok', ''} end
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[4], ARGV[1], ARGV[2] .. ' ' .. ARGV[3] .. '\n' .. v[1])
end
redis.call('DEL', KEYS[2])
if v[2] == '' then return {'ok', ''} end
redis.call('LREM', KEYS[3], 1, v[2] .. ' ' .. v[3] .. ' ' .. ARGV[1])
local prefix = v[2] .. ' '
for _, entry in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
  if string.sub(entry, 1, #prefix) == prefix then
    local notbefore, id = string.match(entry, ' (%d+) ([^ ]*)$')
    if tonumber(notbefore) > tonumber(ARGV[2]) then
      redis.call('ZADD', KEYS[1], notbefore, id)
      return {'ok', ''}
    end
    redis.call('ZADD', KEYS[1], ARGV[2], id)
    return {'ok', id}
  end
end
return {'ok', ''}
