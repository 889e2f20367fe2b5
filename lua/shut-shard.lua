-- Stops a shard without beginning a recovery: nothing is sold until the next one. For books that
-- contradict what Redis was told; when the true ones are back, the shard is adopted as it is.
--
-- KEYS[1]  meta        hash
-- ARGV[1]  generation  integer, that the caller has seen here
-- Returns other (another generation by now: nothing was done) | ok
register('shut_shard', function(keys, argv)
  if redis.call('HGET', keys[1], 'gen') ~= to_text(need_integer(argv[1], 'generation')) then
    return 'other'
  end
  redis.call('HSET', keys[1], 'open', '0')
  return 'ok'
end)
