-- Gives back holds whose deadline has passed. What stands in the list of deadlines and is no hold any
-- more is taken off it.
--
-- KEYS[1]     meta       hash
-- KEYS[2]     records    hash
-- KEYS[3]     events     stream
-- KEYS[4]     refusals   zset
-- KEYS[5]     deadlines  zset
-- KEYS[6+3k]  bucket     hash  bucket k, from 0
-- KEYS[7+3k]  holds      hash
-- KEYS[8+3k]  buyers     hash
-- ARGV[1]     generation  integer
-- ARGV[2]     retention   integer, milliseconds
-- ARGV[3+k]   bucket id   integer, of bucket k
-- then two for each hold: number of its bucket (k + 1), request id
-- Returns fenced, or how many were given back
local function expire_hold(changes, bucket, bucket_id, id)
  local found = bucket and find_hold(bucket, id)
  if not found then
    table.insert(changes.due_removed, bucket_id .. ':' .. id)
    return 0
  end
  if tonumber(found.deadline_text) > changes.now then
    return 0
  end
  -- The counters do not cover it: it stays until the bucket is repaired.
  if not bucket.is_sound or bucket.held < found.quantity then
    return 0
  end
  give_back(changes, bucket, id, found, 'E')
  return 1
end

register('expire_holds', function(keys, argv)
  if fence(keys[1], argv[1]) then
    return 'fenced'
  end
  local changes = new_changes(keys, now_ms(), need_integer(argv[2], 'retention'))
  local buckets, ids, expired = {}, {}, 0
  for number = 1, (#keys - SHARD_KEYS) / BUCKET_KEYS do
    ids[number] = argv[2 + number]
    buckets[number] = read_bucket(keys, number, ids[number])
  end
  for at = 3 + #ids, #argv, 2 do
    local number = need_integer(argv[at], 'number of a bucket')
    expired = expired + expire_hold(changes, buckets[number], ids[number], argv[at + 1])
  end
  write_changes(changes)
  return expired
end)
