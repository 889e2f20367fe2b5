-- Sales and returns of a range of a bucket's numbering, from their records: a part of the search.
--
-- KEYS[1]  records    hash
-- ARGV[1]  cursor     text, 0 to begin
-- ARGV[2]  count      integer, records to look at, about
-- ARGV[3]  bucket id  integer
-- ARGV[4]  epoch      integer
-- ARGV[5]  first seq  integer
-- ARGV[6]  last seq   integer
-- Returns {next cursor (0 = done), request id, record, request id, ...}
register('find_events', function(keys, argv)
  local first, last = need_integer(argv[5], 'first seq'), need_integer(argv[6], 'last seq')
  local pattern = '^[SR]|' .. argv[3] .. '|' .. argv[4] .. '|(%d+)|'
  local found = redis.call('HSCAN', keys[1], argv[1], 'COUNT', argv[2])
  local reply = { found[1] }
  for at = 1, #found[2], 2 do
    local seq = tonumber(string.match(found[2][at + 1], pattern))
    if seq and seq >= first and seq <= last then
      append(reply, found[2][at], found[2][at + 1])
    end
  end
  return reply
end, { 'no-writes' })
