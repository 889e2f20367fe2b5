-- Sells, holds and confirms: many requests of one shard in one call, each with its own reply. They are
-- decided in their order, so a later one sees what an earlier one took.
--
-- KEYS[1]      meta       hash    generation and state of the shard
-- KEYS[2]      records    hash    request id -> record
-- KEYS[3]      events     stream  one entry for the whole call: request id, record, request id, ...
-- KEYS[4]      refusals   zset    request id by the time its refusal expires
-- KEYS[5]      deadlines  zset    bucket:request id by deadline
-- KEYS[6+3k]   bucket     hash    counters and terms of bucket k, from 0
-- KEYS[7+3k]   holds      hash    request id -> hold
-- KEYS[8+3k]   buyers     hash    buyer -> units sold to or held for him
-- ARGV[1]      generation     integer
-- ARGV[2]      retention      integer, milliseconds  life of a recorded refusal
-- ARGV[3]      backlog        integer, entries       unsettled entries at which nothing more is sold
-- ARGV[4+k]    bucket id      integer                of bucket k
-- then three for each request:
--   request id   text
--   content      text: fingerprint (64 hex digits) and note (JSON; empty for a confirmation)
--   terms        text: operation bucket quantity retry not-after deadline, separated by spaces;
--                operation s sell, h hold, c confirm; bucket its number k + 1; quantity and deadline 0
--                where they do not apply; retry 1 when a refusal has to be recorded; times in
--                milliseconds by the clock of Redis
-- Returns {"FENCED", generation or ""} when the shard is not open for this generation; else {one line
-- for each request}, with a line feed between them:
--   sold REPLAYED BUCKET EPOCH SEQ QUANTITY REMAINING      REMAINING - in a replay
--   held REPLAYED BUCKET QUANTITY DEADLINE REMAINING
--   no REASON AVAILABLE     sold_out, closed, window, limit, too_large, no_buyer, no_hold; AVAILABLE - where it is
--                           not the reason
--   conflict                the id stands for something else
--   late busy corrupt no_pool    not executed
local TERMS = '^([shc]) (%d+) (%d+) ([01]) (%d+) (%d+)$'
local DECIDE = { s = sell, h = hold, c = confirm }

local function read_terms(call, text)
  local operation, number, quantity, retry, not_after, deadline = string.match(text, TERMS)
  local bucket_number = tonumber(number)
  if not operation or not call.bucket_ids[bucket_number] then
    error({ err = 'ERR inv_pool: terms of a request are malformed' })
  end
  return {
    operation = operation,
    decide = DECIDE[operation],
    bucket_number = bucket_number,
    quantity = need_integer(quantity, 'quantity'),
    quantity_text = quantity,
    is_retry = retry == '1',
    not_after = need_integer(not_after, 'not after'),
    deadline_text = deadline,
  }
end

-- The bucket with this number, read once a call, with what all its sales have in common.
local function bucket_of(call, number)
  local bucket = call.buckets[number]
  if bucket ~= nil then
    return bucket
  end
  local id = call.bucket_ids[number]
  bucket = read_bucket(call.keys, number, id) or false
  if bucket and bucket.is_sound then
    bucket.closed_reason = closed_reason(bucket, call.changes.now)
    bucket.sold_head = 'S|' .. id .. '|' .. bucket.epoch .. '|'
    bucket.sold_tail = to_text(bucket.ret) .. '|' .. call.now_text .. '|'
    bucket.sold_reply = 'sold 0 ' .. id .. ' ' .. bucket.epoch .. ' '
  end
  call.buckets[number] = bucket
  return bucket
end

local function answer(call, terms, id, content, record)
  local changes = call.changes
  if changes.now > terms.not_after then
    return 'late'
  end
  local known = changes.written[id] or record
  if known and is_live(known, changes.now) then
    local reply = recorded_answer(call, terms, id, fingerprint_of(content), known)
    if reply then
      return reply
    end
  end
  local bucket = bucket_of(call, terms.bucket_number)
  if not bucket then
    return 'no_pool'
  end
  return terms.decide(call, bucket, terms, id, content)
end

local function open_call(keys, argv, kept)
  local now, bucket_ids = now_ms(), {}
  for number = 1, (#keys - SHARD_KEYS) / BUCKET_KEYS do
    bucket_ids[number] = argv[3 + number]
  end
  return {
    keys = keys,
    bucket_ids = bucket_ids,
    buckets = {},
    now_text = to_text(now),
    is_backed_up = redis.call('XLEN', keys[3]) - kept >= need_integer(argv[3], 'backlog'),
    changes = new_changes(keys, now, need_integer(argv[2], 'retention')),
  }
end

-- Request ids and terms of the call, checked before anything is decided. Texts of terms repeat.
local function read_requests(call, argv, first)
  local ids, terms, known, count = {}, {}, {}, 0
  for at = first, #argv, 3 do
    local text = argv[at + 2] or ''
    local read = known[text]
    if not read then
      read = read_terms(call, text)
      known[text] = read
    end
    count = count + 1
    ids[count], terms[count] = argv[at], read
  end
  return ids, terms
end

register('sell_orders', function(keys, argv)
  local generation, kept = fence(keys[1], argv[1])
  if generation then
    return { 'FENCED', generation }
  end
  local call = open_call(keys, argv, kept)
  local first = 4 + #call.bucket_ids
  local ids, terms = read_requests(call, argv, first)
  local records, replies = redis.call('HMGET', keys[2], unpack(ids)), {}
  for number, id in ipairs(ids) do
    replies[number] = answer(call, terms[number], id, argv[first + 3 * number - 2], records[number])
  end
  write_changes(call.changes)
  return { table.concat(replies, '\n') }
end)
