-- The state of a shard and which buckets it has ever had.
--
-- KEYS[1]  meta    hash
-- KEYS[2]  events  stream
-- Returns {{generation or "", open 0 or 1, ack version or "", ack token or "", last generated id,
--   last entry id or "", time in milliseconds}, text of bucket id, highest epoch created, ..., with spaces
--   between them}: a list of many costs the reader more than all the rest
register('read_shard', function(keys)
  local meta, created = redis.call('HGETALL', keys[1]), {}
  for at = 1, #meta, 2 do
    local bucket = string.match(meta[at], '^pe:(%d+)$')
    if bucket then
      append(created, bucket, meta[at + 1])
    end
  end
  return { read_shard(keys[1], keys[2]), table.concat(created, ' ') }
end, { 'no-writes' })
