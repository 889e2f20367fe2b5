-- Adds to the units that buyers have had of a bucket, while the shard is shut: behind load-bucket.
--
-- KEYS[1]  meta        hash
-- KEYS[2]  buyers      hash
-- ARGV[1]  generation  integer
-- ARGV[2]  token       text, of the BEGIN
-- then two for each buyer: buyer (text), units (integer)
-- Returns refused | ok
register('load_buyers', function(keys, argv)
  if not is_in_recovery(keys[1], argv[1], argv[2]) then
    return 'refused'
  end
  local fields = {}
  for at = 3, #argv, 2 do
    append(fields, argv[at], to_text(need_integer(argv[at + 1], 'units')))
  end
  redis.call('HSET', keys[2], unpack(fields))
  return 'ok'
end)
