-- A digest of the marks of some buckets, of one moment with the state of their shard: by it the books can
-- tell that nothing differs, for a fraction of what reading every counter costs.
--
-- KEYS[1]     meta    hash
-- KEYS[2]     events  stream
-- KEYS[3+2k]  bucket  hash    bucket k, from 0, ids ascending
-- KEYS[4+2k]  holds   hash
-- Returns {{as in read-shard}, buckets that there are, digest}: SHA-1, in hex, of a line for each of these,
--   "\n" between them: id, epoch, gv, delegated, seq, cum, with spaces between; "id ?" for one that is not
--   sound. Of no bucket, "".
local MARK_FIELDS = { 'epoch', 'gv', 'D', 'seq', 'cum', 'avail', 'held', 'ret', 'acum', 'floor', 'state' }
local NUMBERS, IN_MARK = 10, 5

-- As is_sound says it of a bucket that was read whole, which takes several times as long.
local function is_sound_mark(field, holds_key)
  for at = 1, NUMBERS do
    local number = tonumber(field[at] or '')
    if not number or math.abs(number) > INTEGER_MAX then
      return false
    end
  end
  -- Nothing but whole numbers, of which there are more ways to write one for tonumber.
  if not STATES[field[11]] or not string.find(table.concat(field, ',', 1, NUMBERS), '^[%d,-]+$') then
    return false
  end
  local delegated, cum, avail, held = field[3], field[5], field[6], tonumber(field[7])
  if held < 0 or avail + held + cum ~= tonumber(delegated) then
    return false
  end
  return held == sum_of_holds({ holds_key = holds_key, epoch = field[1] })
end

-- nil where read_bucket_at sees none either.
local function mark_of(key, holds_key)
  local field = redis.pcall('HMGET', key, unpack(MARK_FIELDS))
  if field.err or not field[1] then
    return nil
  end
  local id = string.match(key, '%d+$')
  if not is_sound_mark(field, holds_key) then
    return id .. ' ?'
  end
  return id .. ' ' .. table.concat(field, ' ', 1, IN_MARK)
end

register('digest_buckets', function(keys)
  local marks = {}
  for at = 3, #keys, 2 do
    table.insert(marks, mark_of(keys[at], keys[at + 1]))
  end
  local digest = #marks > 0 and redis.sha1hex(table.concat(marks, '\n')) or ''
  return { read_shard(keys[1], keys[2]), #marks, digest }
end, { 'no-writes' })
