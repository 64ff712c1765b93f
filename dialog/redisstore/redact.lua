-- Replaces an entry of a message chunk that still is what was read.
--
-- KEYS  1 chunk list
-- ARGV  1 index  2 entry that was read  3 new entry
-- Returns 1 when it was replaced, else 0
if redis.call('LINDEX', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('LSET', KEYS[1], ARGV[1], ARGV[3])
return 1
