-- What Redis remembers of requests.
--
-- KEYS[1]  meta        hash
-- KEYS[2]  records     hash
-- KEYS[3]  directory   hash
-- ARGV     request ids  texts
-- Returns {time in milliseconds, generation or "", then two for each request: record as lib-records has it, pool:place
--   of its bucket or ""}; the record is "" when there is none, it is a refusal that has expired, or a sale of
--   an epoch that is over
local function find_record(keys, record, now)
  local sold_by, epoch = string.match(record or '', '^S|(%d+)|(%d+)|')
  if not is_live(record, now) or (sold_by and is_over(keys[1], sold_by, epoch)) then
    return '', ''
  end
  local bucket = string.match(record, '^[SRH]|(%d+)|') or string.match(record, '^N|%d+|no_hold|%x+|[CE]|(%d+)|')
  local place = bucket and redis.call('HGET', keys[3], '\0' .. bucket)
  return record, place or ''
end

register('find_records', function(keys, argv)
  local records, now = redis.call('HMGET', keys[2], unpack(argv)), now_ms()
  local found = { to_text(now), redis.call('HGET', keys[1], 'gen') or '' }
  for number = 1, #argv do
    found[2 * number + 1], found[2 * number + 2] = find_record(keys, records[number], now)
  end
  return found
end, { 'no-writes' })
