-- Where a product at a location is sold: what the directory says of the place.
--
-- KEYS[1]  meta       hash
-- KEYS[2]  directory  hash
-- ARGV[1]  place      text
-- Returns {time in milliseconds, generation or "", directions or ""}
register('locate_buckets', function(keys, argv)
  return { to_text(now_ms()), redis.call('HGET', keys[1], 'gen') or '', redis.call('HGET', keys[2], argv[1]) or '' }
end, { 'no-writes' })
