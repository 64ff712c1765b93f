-- Puts an item back for another attempt.
--
-- KEYS  1 outbox zset  2 item hash
-- ARGV  1 item id  2 when, ms  3 "1" when the attempt certainly had no effect
-- Returns {"ok"} or {"gone"}
if redis.call('EXISTS', KEYS[2]) == 0 then return {'gone'} end
redis.call('HSET', KEYS[2], 'node', '')
if ARGV[3] == '1' then redis.call('HSET', KEYS[2], 'dirty', '0') end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return {'ok'}
