-- Holds whose deadline passed at least so long ago, longest overdue first.
--
-- KEYS[1]  deadlines  zset
-- ARGV[1]  limit      integer
-- ARGV[2]  overdue    integer, milliseconds
-- Returns a list of bucket:request id
register('list_due', function(keys, argv)
  local limit = to_text(need_integer(argv[1], 'limit'))
  local latest = to_text(now_ms() - need_integer(argv[2], 'overdue'))
  return redis.call('ZRANGE', keys[1], '-inf', latest, 'BYSCORE', 'LIMIT', '0', limit)
end, { 'no-writes' })
