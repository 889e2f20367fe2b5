-- Gives a hold back: the units are for sale again, and the request is refused from now on.
--
-- KEYS[1]  meta       hash
-- KEYS[2]  records    hash
-- KEYS[3]  events     stream
-- KEYS[4]  refusals   zset
-- KEYS[5]  deadlines  zset
-- KEYS[6]  bucket     hash
-- KEYS[7]  holds      hash
-- KEYS[8]  buyers     hash
-- ARGV[1]  generation  integer
-- ARGV[2]  retention   integer, milliseconds
-- ARGV[3]  bucket id   integer
-- ARGV[4]  request id  text
-- Returns fenced | no_hold | corrupt (the counters do not cover it; nothing is done) | released
register('release_hold', function(keys, argv)
  if fence(keys[1], argv[1]) then
    return 'fenced'
  end
  local bucket, id = read_bucket(keys, 1, argv[3]), argv[4]
  local found = bucket and find_hold(bucket, id)
  if not found then
    return 'no_hold'
  end
  if not bucket.is_sound or bucket.held < found.quantity then
    return 'corrupt'
  end
  local changes = new_changes(keys, now_ms(), need_integer(argv[2], 'retention'))
  give_back(changes, bucket, id, found, 'C')
  write_changes(changes)
  return 'released'
end)
