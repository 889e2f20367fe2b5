-- Tells Redis what is settled, and forgets what was settled long enough ago: entries of the stream,
-- their records with them, and refusals that have expired. Some of it in one call.
--
-- KEYS[1]     meta       hash
-- KEYS[2]     records    hash
-- KEYS[3]     events     stream
-- KEYS[4]     refusals   zset
-- KEYS[5+k]   bucket     hash    bucket k, from 0
-- ARGV[1]     generation   integer
-- ARGV[2]     up to        text, id of the last settled entry
-- ARGV[3]     ack version  integer
-- ARGV[4]     ack token    text
-- ARGV[5]     retention    integer, milliseconds
-- ARGV[6]     limit        integer, events to forget in this call, and refusals, about
-- ARGV[7]     position     integer, entries ever added up to the last settled one; "" = not known
-- ARGV[8+2k]  epoch        integer, of bucket k
-- ARGV[9+2k]  settled cum  integer, units
-- Returns fenced | more (call again) | ok
local PAGE_ENTRIES_TRIMMED = 16

local function split_id(id)
  local ms, seq = string.match(id, '^(%d+)%-(%d+)$')
  return need_integer(ms, 'id'), need_integer(seq, 'id')
end

local function is_after(id, ms, seq)
  local other_ms, other_seq = split_id(id)
  return other_ms > ms or (other_ms == ms and other_seq > seq)
end

local function acknowledge(keys, argv)
  local version = need_integer(argv[3], 'ack version')
  local known = redis.call('HGET', keys[1], 'aver')
  if version > (to_integer(known) or 0) then
    redis.call('HSET', keys[1], 'aver', to_text(version), 'atok', argv[4])
  end
  for at = 5, #keys do
    local epoch, cum = argv[8 + 2 * (at - 5)], need_integer(argv[9 + 2 * (at - 5)], 'settled cum')
    local known_of = redis.call('HMGET', keys[at], 'epoch', 'acum')
    if known_of[1] == epoch and cum > (to_integer(known_of[2]) or -1) then
      redis.call('HSET', keys[at], 'acum', to_text(cum))
    end
  end
end

-- Deletes the records of one entry, where they still are what the entry says: a later use of the id
-- has its own entry. Records of holds live until the hold ends.
local function forget_records(records_key, fields)
  local ids, texts = {}, {}
  for id, text in events_of(fields) do
    local kind = string.byte(text)
    if kind == SOLD or kind == RETURNED then
      ids[#ids + 1] = id
      texts[#texts + 1] = text
    end
  end
  if #ids == 0 then
    return
  end
  local dead = {}
  for at, record in ipairs(redis.call('HMGET', records_key, unpack(ids))) do
    if record == texts[at] then
      dead[#dead + 1] = ids[at]
    end
  end
  if #dead > 0 then
    redis.call('HDEL', records_key, unpack(dead))
  end
end

-- Returns how many entries are gone, and whether there may be more that could go.
local function forget_entries(keys, argv)
  local to_ms, to_seq = split_id(argv[2])
  local before_ms, left = now_ms() - need_integer(argv[5], 'retention'), need_integer(argv[6], 'limit')
  local last, gone, is_done = nil, 0, false
  while left > 0 and not is_done do
    local page = redis.call('XRANGE', keys[3], last and '(' .. last or '-', '+', 'COUNT', to_text(PAGE_ENTRIES_TRIMMED))
    is_done = #page < PAGE_ENTRIES_TRIMMED
    for _, entry in ipairs(page) do
      if is_after(entry[1], to_ms, to_seq) or split_id(entry[1]) > before_ms or left <= 0 then
        is_done = left > 0
        break
      end
      forget_records(keys[2], entry[2])
      left = left - count_of(entry[2])
      last, gone = entry[1], gone + 1
    end
  end
  if last then
    local ms, seq = split_id(last)
    redis.call('XTRIM', keys[3], 'MINID', to_text(ms) .. '-' .. to_text(seq + 1))
  end
  return gone, not is_done
end

-- Returns whether there may be more.
local function forget_refusals(keys, limit)
  local now = now_ms()
  local ids = redis.call('ZRANGE', keys[4], '-inf', to_text(now), 'BYSCORE', 'LIMIT', '0', to_text(limit))
  if #ids == 0 then
    return false
  end
  local dead = {}
  for at, record in ipairs(redis.call('HMGET', keys[2], unpack(ids))) do
    if record and string.byte(record) == REFUSED and not is_live(record, now) then
      dead[#dead + 1] = ids[at]
    end
  end
  if #dead > 0 then
    redis.call('HDEL', keys[2], unpack(dead))
  end
  redis.call('ZREM', keys[4], unpack(ids))
  return #ids == limit
end

-- Notes how many entries of the stream are settled and only kept: they are no backlog.
local function write_kept(keys, kept, position)
  local stream = read_stream(keys[3])
  local count = kept
  if position ~= '' then
    count = stream.length - (stream.added - need_integer(position, 'position'))
  end
  redis.call('HSET', keys[1], 'kept', to_text(math.max(0, math.min(stream.length, count))))
end

register('trim_stream', function(keys, argv)
  local generation, kept = fence(keys[1], argv[1])
  if generation then
    return 'fenced'
  end
  acknowledge(keys, argv)
  local gone, is_more_entries = forget_entries(keys, argv)
  local is_more_refusals = forget_refusals(keys, need_integer(argv[6], 'limit'))
  write_kept(keys, kept - gone, argv[7])
  return (is_more_entries or is_more_refusals) and 'more' or 'ok'
end)
