-- Holds whose deadline has passed, longest overdue first.
--
-- KEYS[1]  deadlines  zset
-- ARGV[1]  limit      integer
-- Returns a list of bucket:request id
register('list_due', function(keys, argv)
  local limit = to_text(need_integer(argv[1], 'limit'))
  return redis.call('ZRANGE', keys[1], '-inf', to_text(now_ms()), 'BYSCORE', 'LIMIT', '0', limit)
end, { 'no-writes' })
