-- Opens a shard for the generation that BEGIN gave it.
--
-- KEYS[1]  meta        hash
-- ARGV[1]  generation  integer
-- ARGV[2]  token       text, of the BEGIN
-- Returns refused | ok
register('adopt_shard', function(keys, argv)
  if not is_in_recovery(keys[1], argv[1], argv[2]) then
    return 'refused'
  end
  redis.call('HSET', keys[1], 'open', '1', 'lossy', '0')
  return 'ok'
end)
