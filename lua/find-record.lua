-- What Redis remembers of a request.
--
-- KEYS[1]  records     hash
-- ARGV[1]  request id  text
-- Returns the record as lib-records.lua has it; "" when there is none, or a refusal that has expired
register('find_record', function(keys, argv)
  local record = redis.call('HGET', keys[1], argv[1])
  return is_live(record, now_ms()) and record or ''
end, { 'no-writes' })
