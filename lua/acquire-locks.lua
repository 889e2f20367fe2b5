-- Takes locks for one owner, in the order given, up to the first that somebody else holds. What the owner
-- holds already is held anew. With all of them comes a fencing token, higher than any before.
--
-- KEYS[1]    fence  string
-- KEYS[2+k]  lock   string
-- ARGV[1]  owner  text
-- ARGV[2]  ttl    integer, milliseconds
-- ARGV[3]  floor  integer, a token that MySQL has seen: Redis may have lost its own count
-- Returns {code, integer}: acquired, token | waiting, number of locks held by now
register('acquire_locks', function(keys, argv)
  local owner, ttl = argv[1], need_integer(argv[2], 'ttl')
  local floor = need_integer(argv[3], 'floor')
  local last = to_integer(redis.call('GET', keys[1]) or '0')
  local free = #keys
  for at = 2, #keys do
    local holder = redis.call('GET', keys[at])
    if holder and holder ~= owner then
      free = at - 1
      break
    end
  end
  for at = 2, free do
    redis.call('SET', keys[at], owner, 'PX', to_text(ttl))
  end
  if free < #keys then
    return { 'waiting', to_text(free - 1) }
  end
  -- Whatever else stands there is no count, so it counts from the floor.
  local token = math.max(last or 0, floor) + 1
  redis.call('SET', keys[1], to_text(token))
  return { 'acquired', to_text(token) }
end)
