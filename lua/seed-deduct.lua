-- The script of the seed design, kept for the benchmark: it is no part of the library and sells nothing.
-- All or nothing over several stock keys, each a plain number.
--
-- KEYS[k]    stock      string  units of product k, from 1
-- ARGV[k]    quantity   integer, units of product k
-- ARGV[n+1]  threshold  integer, units that must stay of each
-- Returns 1 sold | 0 insufficient | -1 no such key
local count = #KEYS
local threshold = tonumber(ARGV[count + 1])
for at = 1, count do
  local stock = redis.call('GET', KEYS[at])
  if not stock then
    return -1
  end
  if tonumber(stock) - tonumber(ARGV[at]) < threshold then
    return 0
  end
end
for at = 1, count do
  redis.call('DECRBY', KEYS[at], ARGV[at])
end
return 1
