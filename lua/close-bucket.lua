-- Stops a bucket for good and gives its holds back, some of them in one call.
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
-- ARGV[4]  epoch       integer
-- ARGV[5]  limit       integer, holds to give back in this call
-- Returns fenced | no_pool | epoch | more (call again) | ok
register('close_bucket', function(keys, argv)
  if fence(keys[1], argv[1]) then
    return 'fenced'
  end
  local bucket, limit = read_bucket(keys, 1, argv[3]), need_integer(argv[5], 'limit')
  if not bucket then
    return 'no_pool'
  end
  if bucket.epoch ~= argv[4] then
    return 'epoch'
  end
  local changes = new_changes(keys, now_ms(), need_integer(argv[2], 'retention'))
  local is_more = false
  -- Holds that the counters do not cover stay until the bucket is repaired.
  if bucket.is_sound then
    is_more = give_back_holds(changes, bucket, limit)
  end
  if bucket.state ~= 'closed' then
    redis.call('HSET', bucket.key, 'state', 'closing')
  end
  write_changes(changes)
  return is_more and 'more' or 'ok'
end)
