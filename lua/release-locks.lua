-- Gives locks back, but for those that are somebody else's by now.
--
-- KEYS[1+k]  lock  string
-- ARGV[1]  owner  text
-- Returns the number of locks that were given back
register('release_locks', function(keys, argv)
  local released = 0
  for _, key in ipairs(keys) do
    if redis.call('GET', key) == argv[1] then
      released = released + redis.call('DEL', key)
    end
  end
  return released
end)
