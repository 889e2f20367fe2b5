-- What Redis remembers of a request.
--
-- KEYS[1]  meta        hash
-- KEYS[2]  records     hash
-- KEYS[3]  directory   hash
-- ARGV[1]  request id  text
-- Returns {time in milliseconds, generation or "", record as lib-records has it, pool:place of its
--   bucket or ""}; the record is "" when there is none, it is a refusal that has expired, or a sale of
--   an epoch that is over
register('find_record', function(keys, argv)
  local record, now = redis.call('HGET', keys[2], argv[1]), now_ms()
  local generation = redis.call('HGET', keys[1], 'gen') or ''
  local sold_by, epoch = string.match(record or '', '^S|(%d+)|(%d+)|')
  if not is_live(record, now) or (sold_by and is_over(keys[1], sold_by, epoch)) then
    return { to_text(now), generation, '', '' }
  end
  local bucket = string.match(record, '^[SRH]|(%d+)|') or string.match(record, '^N|%d+|no_hold|%x+|[CE]|(%d+)|')
  local place = bucket and redis.call('HGET', keys[3], '\0' .. bucket)
  return { to_text(now), generation, record, place or '' }
end, { 'no-writes' })
