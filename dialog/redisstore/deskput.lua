-- Writes a document of the desk if it still has the version that was read.
--
-- KEYS  1 hash of the kind
-- ARGV  1 id  2 version that was read, 0 for none  3 data, empty removes
-- Returns the new version, or 0 when the version has moved on
local was = redis.call('HGET', KEYS[1], ARGV[1])
local version = 0
if was then version = tonumber(string.match(was, '^%d+')) end
if version ~= tonumber(ARGV[2]) then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return version + 1
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d ', version + 1) .. ARGV[3])
return version + 1
