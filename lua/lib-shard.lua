-- The stream as a whole. All zero when there is none.
local function read_stream(events_key)
  local stream = { length = 0, added = 0, last_generated_id = '0-0', last_entry_id = '' }
  if redis.call('EXISTS', events_key) == 0 then
    return stream
  end
  local info = redis.call('XINFO', 'STREAM', events_key)
  for at = 1, #info, 2 do
    if info[at] == 'length' then
      stream.length = info[at + 1]
    elseif info[at] == 'entries-added' then
      stream.added = info[at + 1]
    elseif info[at] == 'last-generated-id' then
      stream.last_generated_id = info[at + 1]
    elseif info[at] == 'last-entry' then
      stream.last_entry_id = info[at + 1] and info[at + 1][1] or ''
    end
  end
  return stream
end

-- What recovery and reconciliation look at, as a list of texts: generation, open (0, 1), ack version,
-- ack token, last generated id, last entry id, time; "" = none.
local function read_shard(meta_key, events_key)
  local meta = redis.call('HMGET', meta_key, 'gen', 'open', 'token', 'aver', 'atok')
  local stream = read_stream(events_key)
  local is_open = meta[2] == '1' and is_adopted(meta_key, meta[3])
  return { meta[1] or '', is_open and '1' or '0', meta[4] or '', meta[5] or '', stream.last_generated_id,
    stream.last_entry_id, to_text(now_ms()) }
end
