-- Gives units that are for sale back to MySQL, at most so many.
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
-- ARGV[2]  bucket id   integer
-- ARGV[3]  epoch       integer
-- ARGV[4]  request id  text
-- ARGV[5]  quantity    integer, units
-- Returns {code} or {code, units}: fenced | no_pool | epoch | known (the id is used) | corrupt
--   | zero (nothing is for sale) | returned, units
register('withdraw_units', function(keys, argv)
  if fence(keys[1], argv[1]) then
    return { 'fenced' }
  end
  local bucket, id, now = read_bucket(keys, 1, argv[2]), argv[4], now_ms()
  if not bucket then
    return { 'no_pool' }
  end
  if bucket.epoch ~= argv[3] then
    return { 'epoch' }
  end
  if is_live(redis.call('HGET', keys[2], id), now) then
    return { 'known' }
  end
  if not bucket.is_sound then
    return { 'corrupt' }
  end
  local quantity = math.max(0, math.min(need_integer(argv[5], 'quantity'), bucket.avail))
  if quantity == 0 then
    return { 'zero' }
  end
  local changes = new_changes(keys, now, 0)
  touch(changes, bucket)
  bucket.avail = bucket.avail - quantity
  bucket.cum = bucket.cum + quantity
  bucket.ret = bucket.ret + quantity
  bucket.seq = bucket.seq + 1
  local record = table.concat({ 'R', bucket.id, bucket.epoch, to_text(bucket.seq), to_text(quantity),
    to_text(bucket.cum), to_text(bucket.ret), to_text(now) }, '|')
  write_record(changes, id, record)
  write_event(changes, id, record)
  write_changes(changes)
  return { 'returned', to_text(quantity) }
end)
