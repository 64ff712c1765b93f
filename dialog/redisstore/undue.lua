-- Removes a timer if it still has the due time that was seen.
--
-- KEYS  1 timers zset
-- ARGV  1 member  2 due, ms
-- Returns 1 when it was removed, else 0
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if due and tonumber(due) == tonumber(ARGV[2]) then return redis.call('ZREM', KEYS[1], ARGV[1]) end
return 0
