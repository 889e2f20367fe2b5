-- Lets the locks of an owner live on, if it still holds every one of them.
--
-- KEYS[1+k]  lock  string
-- ARGV[1]  owner  text
-- ARGV[2]  ttl    integer, milliseconds from now
-- Returns extended | lost (nothing is changed)
register('extend_locks', function(keys, argv)
  local ttl = need_integer(argv[2], 'ttl')
  for _, key in ipairs(keys) do
    if redis.call('GET', key) ~= argv[1] then
      return 'lost'
    end
  end
  for _, key in ipairs(keys) do
    redis.call('PEXPIRE', key, to_text(ttl))
  end
  return 'extended'
end)
