-- Shuts a shard: from here on nothing is sold and nothing changes until ADOPT with the same token.
--
-- KEYS[1]  meta        hash
-- ARGV[1]  generation  integer, higher than any before
-- ARGV[2]  token       text, random
-- Returns lost (this generation or a later one has begun already) | lossy (the process or its data is
--   not the one of the last ADOPT; stays so until the next) | begun
register('begin_recovery', function(keys, argv)
  local generation = need_integer(argv[1], 'generation')
  local meta = redis.call('HMGET', keys[1], 'gen', 'token', 'lossy')
  if meta[1] and (to_integer(meta[1]) or -1) >= generation then
    return 'lost'
  end
  local is_lossy = meta[3] == '1' or not is_adopted(keys[1], meta[2])
  forget_tokens(keys[1], meta[2], is_lossy)
  redis.call('HSET', keys[1], 'gen', to_text(generation), 'token', argv[2], 'open', '0', 'lossy', is_lossy and '1' or '0')
  adopted[argv[2]] = keys[1]
  return is_lossy and 'lossy' or 'begun'
end)
