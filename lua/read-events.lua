-- Entries of the stream after one, oldest first: whole entries until so many events are together, at
-- least one entry. With them what settlement has to know of the shard, of the same moment.
--
-- KEYS[1]  meta    hash
-- KEYS[2]  events  stream
-- ARGV[1]  after   text, id of an entry
-- ARGV[2]  count   integer, events
-- Returns {generation or "", open 0 or 1, ack version or "", ack token or "", entries in the stream,
--   entries ever added, is the last entry among these 0 or 1, {{id, {count, events}}, ...}}, as lib-records has them
local PAGE_ENTRIES = 32

-- Entries and whether the stream ends with them.
local function events_after(events_key, after, count)
  local entries, events = {}, 0
  local from = '(' .. after
  while true do
    local page = redis.call('XRANGE', events_key, from, '+', 'COUNT', to_text(PAGE_ENTRIES))
    for _, entry in ipairs(page) do
      if #entries > 0 and events + count_of(entry[2]) > count then
        return entries, 0
      end
      entries[#entries + 1] = entry
      events = events + count_of(entry[2])
      from = '(' .. entry[1]
    end
    if #page < PAGE_ENTRIES then
      return entries, 1
    end
  end
end

register('read_events', function(keys, argv)
  local meta = redis.call('HMGET', keys[1], 'gen', 'open', 'token', 'aver', 'atok')
  local is_open = meta[2] == '1' and is_adopted(keys[1], meta[3])
  local stream = read_stream(keys[2])
  local entries, is_end = events_after(keys[2], argv[1], need_integer(argv[2], 'count'))
  return { meta[1] or '', is_open and 1 or 0, meta[4] or '', meta[5] or '', stream.length, stream.added, is_end, entries }
end, { 'no-writes' })
