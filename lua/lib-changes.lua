-- What a call is going to write. Lua has no rollback, so everything is decided first, in memory, and
-- written at the end in the order of the protocol: records, counters, holds, the stream last. If the
-- last step should ever fail, the records are there to make up for it.
local function new_changes(keys, now, retention_ms)
  return {
    records_key = keys[2],
    events_key = keys[3],
    refusals_key = keys[4],
    due_key = keys[5],
    now = now,
    refused_until = now + retention_ms,
    -- Flat lists, as the commands take them. The two long ones keep their length.
    records = {},
    record_count = 0,
    refusals = {},
    due = {},
    due_removed = {},
    buckets = {},
    -- The pieces of the entry's value.
    pieces = {},
    piece_count = 0,
    event_count = 0,
    -- Request id -> text, of this call.
    written = {},
  }
end

local function append(list, first, second)
  local size = #list
  list[size + 1] = first
  list[size + 2] = second
end

local function write_record(changes, id, text)
  local records, count = changes.records, changes.record_count
  records[count + 1] = id
  records[count + 2] = text
  changes.record_count = count + 2
  changes.written[id] = text
end

local function write_event(changes, id, text)
  local pieces, count = changes.pieces, changes.piece_count
  pieces[count + 1] = id
  pieces[count + 2] = '\t'
  pieces[count + 3] = text
  pieces[count + 4] = '\n'
  changes.piece_count = count + 4
  changes.event_count = changes.event_count + 1
end

-- Records a NO. Whoever asks again is given it until it expires, and from then on anew.
local function write_refusal(changes, id, reason, fingerprint, ended)
  write_record(changes, id, refusal_record(changes.refused_until, reason, fingerprint, ended or ''))
  append(changes.refusals, to_text(changes.refused_until), id)
end

local function touch(changes, bucket)
  if not bucket.is_touched then
    bucket.is_touched = true
    table.insert(changes.buckets, bucket)
  end
end

local function due_member(bucket, id)
  return bucket.id .. ':' .. id
end

local function write_hold(changes, bucket, id, terms, content)
  bucket.new_holds[id] = terms.quantity_text .. '|' .. terms.deadline_text .. '|' .. bucket.epoch .. '|' .. content
  append(changes.due, terms.deadline_text, due_member(bucket, id))
end

local function remove_hold(changes, bucket, id)
  bucket.new_holds[id] = false
  table.insert(changes.due_removed, due_member(bucket, id))
end

-- The record and the event of the end of a hold. `kind` is its letter: C cancelled, E expired.
local function write_end_of_hold(changes, bucket_id, id, hold, kind)
  local head = table.concat({ kind, bucket_id, hold.epoch, hold.quantity_text, hold.deadline_text }, '|') .. '|'
  local note = string.sub(hold.content, 65)
  write_refusal(changes, id, 'no_hold', fingerprint_of(hold.content), '|' .. head .. note)
  write_event(changes, id, head .. to_text(changes.now) .. '|' .. hold.content)
end

-- Gives the units of a hold back to its bucket and makes its record a refusal.
local function give_back(changes, bucket, id, hold, kind)
  touch(changes, bucket)
  bucket.held = bucket.held - hold.quantity
  bucket.avail = bucket.avail + hold.quantity
  local buyer = bucket.per_buyer and buyer_of(hold.content)
  if buyer then
    bucket.new_buyers[buyer] = math.max(0, units_of(bucket, buyer) - hold.quantity)
  end
  remove_hold(changes, bucket, id)
  write_end_of_hold(changes, bucket.id, id, hold, kind)
end

local function write_holds(bucket)
  for id, text in pairs(bucket.new_holds) do
    if text then
      redis.call('HSET', bucket.holds_key, id, text)
    else
      redis.call('HDEL', bucket.holds_key, id)
    end
  end
end

local function write_buyers(bucket)
  for buyer, units in pairs(bucket.new_buyers) do
    if units > 0 then
      redis.call('HSET', bucket.buyers_key, buyer, to_text(units))
    else
      redis.call('HDEL', bucket.buyers_key, buyer)
    end
  end
end

local function write_bucket(bucket)
  redis.call('HSET', bucket.key,
    'avail', to_text(bucket.avail), 'held', to_text(bucket.held), 'seq', to_text(bucket.seq),
    'cum', to_text(bucket.cum), 'ret', to_text(bucket.ret))
  write_buyers(bucket)
  write_holds(bucket)
end

local function write_changes(changes)
  if changes.record_count > 0 then
    redis.call('HSET', changes.records_key, unpack(changes.records, 1, changes.record_count))
  end
  for _, bucket in ipairs(changes.buckets) do
    write_bucket(bucket)
  end
  if #changes.due > 0 then
    redis.call('ZADD', changes.due_key, unpack(changes.due))
  end
  if #changes.due_removed > 0 then
    redis.call('ZREM', changes.due_key, unpack(changes.due_removed))
  end
  if #changes.refusals > 0 then
    redis.call('ZADD', changes.refusals_key, unpack(changes.refusals))
  end
  if changes.event_count > 0 then
    redis.call('XADD', changes.events_key, '*', to_text(changes.event_count), table.concat(changes.pieces))
  end
end

-- Some holds of a bucket as a flat list of ids and texts, about so many, and whether there are more.
local function some_holds(bucket, limit)
  local cursor, found = '0', nil
  repeat
    local page = redis.call('HSCAN', bucket.holds_key, cursor, 'COUNT', to_text(limit))
    cursor, found = page[1], page[2]
  until #found > 0 or cursor == '0'
  return found, cursor ~= '0'
end

-- Gives back about `limit` holds of a bucket. Returns whether there are more of them. Those that the
-- counters do not cover stay until the bucket is repaired.
local function give_back_holds(changes, bucket, limit)
  local found, is_more = some_holds(bucket, limit)
  local count = 0
  for at = 1, #found, 2 do
    local hold = parse_hold(found[at + 1])
    if hold and hold.epoch == bucket.epoch and hold.quantity <= bucket.held then
      give_back(changes, bucket, found[at], hold, 'C')
      count = count + 1
    end
  end
  return is_more and count > 0
end

-- Ends about `limit` holds of a bucket that is written anew: no counter knows them any more. Returns
-- whether there are more of them.
local function give_up_holds(changes, bucket, limit)
  local found, is_more = some_holds(bucket, limit)
  for at = 1, #found, 2 do
    local id, hold = found[at], parse_hold(found[at + 1])
    remove_hold(changes, bucket, id)
    if hold then
      write_end_of_hold(changes, bucket.id, id, hold, 'C')
    end
  end
  return is_more
end
