-- Commits one turn, whole or not at all. Checks come first; after the line
-- "writes" nothing can fail.
--
-- KEYS  1 conversation hash   2 envelope ids zset   3 devices hash
--       4 timers zset         5 outbox zset         6 order list
--       7 desk hash           8 journal stream
--       then the log chunks that are appended to, then one hash per item
-- ARGV  1 "commit", or "check" to check only
--       2 revision that the conversation must have
--       3 now, ms             4 how long envelope ids are kept, ms
--       5 device, or ""       6 next revision       7 last sequence number
--       8 epoch               9 state              10 "1" when a hold was added
--      11 tombstones         12 desk entry, "-" to remove it, "" to leave it
--      13 journal record     14 hint channel       15 hint
--      16 fired timer, or "" 17 its due time
--      then groups, each led by its number of entries:
--         envelope ids         id
--         device numbers       number, rising
--         messages             chunk (1-based among the chunks), place in it, text
--         pending messages     field, text
--         pending removed      field
--         timers               member, due ms or "" to cancel
--         items                id, lane, due ms, then 11 values of the hash (see item fields)
-- Returns {"ok"}
--         {"conflict", revision found}
--         {"used", what was used already ...}  ids, or device numbers
--         {"type", key}       a key of another type is in the way
--         {"log", key, length found}
local at = 18
local function group(width)
  local first = at + 1
  local n = tonumber(ARGV[at])
  at = first + n * width
  return first, at - 1
end
local ids, idsEnd = group(1)
local nums, numsEnd = group(1)
local msgs, msgsEnd = group(3)
local pend, pendEnd = group(2)
local gone, goneEnd = group(1)
local tims, timsEnd = group(2)
local items, itemsEnd = group(14)

local function bad(reply)
  return type(reply) == 'table' and reply.err ~= nil
end

-- Duplicates before the revision: a repeat is a repeat, however stale the
-- caller's state is.
local used = {'used'}
if idsEnd >= ids then
  for i = ids, idsEnd do
    local found = redis.pcall('ZSCORE', KEYS[2], ARGV[i])
    if bad(found) then return {'type', KEYS[2]} end
    if found then used[#used + 1] = ARGV[i] end
  end
end
local mark
if numsEnd >= nums then
  local held = redis.pcall('HGET', KEYS[3], ARGV[5])
  if bad(held) then return {'type', KEYS[3]} end
  local high, gaps = 0, ''
  if held then
    local h, g = string.match(held, '^(%d+):%d+:(.*)$')
    high, gaps = tonumber(h), g
  end
  local missing = {}
  for g in string.gmatch(gaps, '%d+') do missing[tonumber(g)] = true end
  for i = nums, numsEnd do
    local n = tonumber(ARGV[i])
    if n > high then
      for g = math.max(high + 1, n - 64), n - 1 do missing[g] = true end
      high = n
    elseif missing[n] then
      missing[n] = nil
    else
      used[#used + 1] = ARGV[i]
    end
  end
  local left = {}
  for g in pairs(missing) do
    if g > high - 64 then left[#left + 1] = string.format('%d', g) end
  end
  table.sort(left)
  mark = string.format('%d', high) .. ':' .. ARGV[3] .. ':' .. table.concat(left, ',')
end
if #used > 1 then return used end

local rev = redis.pcall('HGET', KEYS[1], 'rev')
if bad(rev) then return {'type', KEYS[1]} end
if (rev or '0') ~= ARGV[2] then return {'conflict', rev or '0'} end
if ARGV[1] == 'check' then return {'ok'} end

for i = msgs, msgsEnd, 3 do
  local key = KEYS[8 + tonumber(ARGV[i])]
  if i == msgs or ARGV[i + 1] == '0' then
    local n = redis.pcall('LLEN', key)
    if bad(n) then return {'type', key} end
    if n ~= tonumber(ARGV[i + 1]) then return {'log', key, tostring(n)} end
  end
end
if bad(redis.pcall('XLEN', KEYS[8])) then return {'type', KEYS[8]} end
if ARGV[12] ~= '' and bad(redis.pcall('HLEN', KEYS[7])) then return {'type', KEYS[7]} end
if (timsEnd >= tims or ARGV[16] ~= '') and bad(redis.pcall('ZCARD', KEYS[4])) then return {'type', KEYS[4]} end
local itemKey = #KEYS - (itemsEnd - items + 1) / 14
if itemsEnd >= items then
  if bad(redis.pcall('ZCARD', KEYS[5])) then return {'type', KEYS[5]} end
  if bad(redis.pcall('LLEN', KEYS[6])) then return {'type', KEYS[6]} end
  for k = itemKey + 1, #KEYS do
    if bad(redis.pcall('HLEN', KEYS[k])) then return {'type', KEYS[k]} end
  end
end

-- writes
redis.call('HSET', KEYS[1], 'rev', ARGV[6], 'seq', ARGV[7], 'epoch', ARGV[8], 'state', ARGV[9])
if ARGV[10] == '1' then redis.call('HSET', KEYS[1], 'hold', ARGV[6]) end
if ARGV[11] ~= '' then redis.call('HSET', KEYS[1], 'tomb', ARGV[11]) end
for i = pend, pendEnd, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = gone, goneEnd do redis.call('HDEL', KEYS[1], ARGV[i]) end

if idsEnd >= ids then
  for i = ids, idsEnd do redis.call('ZADD', KEYS[2], ARGV[3], ARGV[i]) end
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%d', tonumber(ARGV[3]) - tonumber(ARGV[4])))
  redis.call('PEXPIRE', KEYS[2], ARGV[4])
end
if mark then
  redis.call('HSET', KEYS[3], ARGV[5], mark)
  if redis.call('HLEN', KEYS[3]) > 32 then
    local all = redis.call('HGETALL', KEYS[3])
    local oldest, when
    for i = 1, #all, 2 do
      local t = tonumber(string.match(all[i + 1], '^%d+:(%d+):')) or 0
      if all[i] ~= ARGV[5] and (not when or t < when) then oldest, when = all[i], t end
    end
    redis.call('HDEL', KEYS[3], oldest)
  end
end

for i = msgs, msgsEnd, 3 do redis.call('RPUSH', KEYS[8 + tonumber(ARGV[i])], ARGV[i + 2]) end

if ARGV[16] ~= '' then
  local due = redis.call('ZSCORE', KEYS[4], ARGV[16])
  if due and tonumber(due) == tonumber(ARGV[17]) then redis.call('ZREM', KEYS[4], ARGV[16]) end
end
for i = tims, timsEnd, 2 do
  if ARGV[i + 1] == '' then
    redis.call('ZREM', KEYS[4], ARGV[i])
  else
    redis.call('ZADD', KEYS[4], ARGV[i + 1], ARGV[i])
  end
end

for i = items, itemsEnd, 14 do
  itemKey = itemKey + 1
  redis.call('HSET', KEYS[itemKey], 'item', ARGV[i + 3], 'lane', ARGV[i + 1], 'rev', ARGV[6],
    'epoch', ARGV[i + 4], 'guarded', ARGV[i + 5], 'proactive', ARGV[i + 6], 'address', ARGV[i + 7],
    'notbefore', ARGV[i + 8], 'expires', ARGV[i + 9], 'node', ARGV[i + 10], 'call', ARGV[i + 11],
    'borrower', ARGV[i + 12], 'made', ARGV[i + 13], 'tries', '0', 'dirty', '0')
  redis.call('ZADD', KEYS[5], ARGV[i + 2], ARGV[i])
  if ARGV[i + 1] ~= '' then redis.call('RPUSH', KEYS[6], ARGV[i + 1] .. ' ' .. ARGV[i + 8] .. ' ' .. ARGV[i]) end
end

if ARGV[12] == '-' then
  redis.call('HDEL', KEYS[7], string.match(ARGV[15], '^[^ ]*'))
elseif ARGV[12] ~= '' then
  redis.call('HSET', KEYS[7], string.match(ARGV[15], '^[^ ]*'), ARGV[12])
end
redis.call('XADD', KEYS[8], '*', 'r', ARGV[13])
redis.call('PUBLISH', ARGV[14], ARGV[15])
return {'ok'}
