-- Counters of some buckets, of one moment with the state of their shard.
--
-- KEYS[1]     meta    hash
-- KEYS[2]     events  stream
-- KEYS[3+2k]  bucket  hash    bucket k, from 0
-- KEYS[4+2k]  holds   hash
-- Returns {{as in read-shard}, bucket or "", bucket or "", ...}, a bucket being one text, because a list
--   of many costs the reader more than all the rest: epoch, gv, delegated, avail, held, seq, cum, ret,
--   acum, floor, sound 0 or 1, state, with spaces between them; a damaged epoch is "?", a damaged number
--   0, and the bucket not sound
local SHOWN_FIELDS = { 'gv', 'delegated', 'avail', 'held', 'seq', 'cum', 'ret', 'acum', 'floor' }

local function show_bucket(bucket)
  local shown = { to_integer(bucket.epoch) and bucket.epoch or '?' }
  for _, name in ipairs(SHOWN_FIELDS) do
    table.insert(shown, to_text(bucket[name] or 0))
  end
  local sound = bucket.is_sound and sum_of_holds(bucket) == bucket.held
  table.insert(shown, sound and '1' or '0')
  table.insert(shown, bucket.state or '')
  return table.concat(shown, ' ')
end

register('read_buckets', function(keys)
  local reply = { read_shard(keys[1], keys[2]) }
  for at = 3, #keys, 2 do
    local bucket = read_bucket_at('', keys[at], keys[at + 1])
    table.insert(reply, bucket and show_bucket(bucket) or '')
  end
  return reply
end, { 'no-writes' })
