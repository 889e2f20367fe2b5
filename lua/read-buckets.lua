-- Counters of some buckets, of one moment with the state of their shard.
--
-- KEYS[1]     meta    hash
-- KEYS[2]     events  stream
-- KEYS[3+2k]  bucket  hash    bucket k, from 0
-- KEYS[4+2k]  holds   hash
-- Returns {{as in read-shard}, bucket or "", bucket or "", ...}, a bucket being {epoch, state, gv,
--   delegated, avail, held, seq, cum, ret, acum, floor, sound 0 or 1}; a damaged number is 0, and
--   the bucket not sound
register('read_buckets', function(keys)
  local reply = { read_shard(keys[1], keys[2]) }
  for at = 3, #keys, 2 do
    local bucket = read_bucket_at('', keys[at], keys[at + 1])
    local shown = ''
    if bucket then
      local sound = bucket.is_sound and sum_of_holds(bucket) == bucket.held
      shown = { bucket.epoch, bucket.state or '' }
      for _, name in ipairs({ 'gv', 'delegated', 'avail', 'held', 'seq', 'cum', 'ret', 'acum', 'floor' }) do
        table.insert(shown, to_text(bucket[name] or 0))
      end
      table.insert(shown, sound and '1' or '0')
    end
    table.insert(reply, shown)
  end
  return reply
end, { 'no-writes' })
