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
-- Returns {"FENCED", generation or ""} when the shard is not open for this generation; else one text
-- for each request:
--   sold REPLAYED BUCKET EPOCH SEQ QUANTITY REMAINING      REMAINING - in a replay
--   held REPLAYED BUCKET QUANTITY DEADLINE REMAINING
--   no REASON AVAILABLE     sold_out, closed, window, limit, no_hold; AVAILABLE - where it is not the reason
--   conflict                the id stands for something else
--   late busy corrupt no_pool    not executed
local TERMS = '^([shc]) (%d+) (%d+) ([01]) (%d+) (%d+)$'

local function read_request(call, at)
  local argv = call.argv
  local operation, number, quantity, retry, not_after, deadline = string.match(argv[at + 2], TERMS)
  local bucket_id = operation and call.bucket_ids[tonumber(number)]
  if not bucket_id then
    error({ err = 'ERR inv_pool: terms of a request are malformed' })
  end
  local content = argv[at + 1]
  return {
    id = argv[at],
    content = content,
    fingerprint = fingerprint_of(content),
    operation = operation,
    bucket_number = tonumber(number),
    bucket_id = bucket_id,
    quantity = need_integer(quantity, 'quantity'),
    quantity_text = quantity,
    is_retry = retry == '1',
    not_after = tonumber(not_after),
    deadline_text = deadline,
  }
end

local function bucket_of(call, number)
  local bucket = call.buckets[number]
  if bucket == nil then
    bucket = read_bucket(call.keys, number, call.bucket_ids[number]) or false
    call.buckets[number] = bucket
  end
  return bucket
end

local DECIDE = { s = sell, h = hold, c = confirm }

local function answer(call, request, record)
  if call.changes.now > request.not_after then
    return 'late'
  end
  local known = call.changes.written[request.id] or record
  if is_live(known, call.changes.now) then
    local reply = recorded_answer(call, request, known)
    if reply then
      return reply
    end
  end
  local bucket = bucket_of(call, request.bucket_number)
  if not bucket then
    return 'no_pool'
  end
  return DECIDE[request.operation](call, bucket, request)
end

local function open_call(keys, argv, kept)
  local now = now_ms()
  local bucket_ids = {}
  for number = 1, (#keys - SHARD_KEYS) / BUCKET_KEYS do
    bucket_ids[number] = argv[3 + number]
  end
  return {
    keys = keys,
    argv = argv,
    bucket_ids = bucket_ids,
    buckets = {},
    now_text = to_text(now),
    is_backed_up = redis.call('XLEN', keys[3]) - kept >= need_integer(argv[3], 'backlog'),
    changes = new_changes(keys, now, need_integer(argv[2], 'retention')),
  }
end

register('sell_orders', function(keys, argv)
  local generation, kept = fence(keys[1], argv[1])
  if generation then
    return { 'FENCED', generation }
  end
  local call = open_call(keys, argv, kept)
  local first, ids, requests = 4 + #call.bucket_ids, {}, {}
  for at = first, #argv, 3 do
    local request = read_request(call, at)
    requests[#requests + 1] = request
    ids[#ids + 1] = request.id
  end
  local records = redis.call('HMGET', keys[2], unpack(ids))
  local replies = {}
  for number, request in ipairs(requests) do
    replies[number] = answer(call, request, records[number])
  end
  write_changes(call.changes)
  return replies
end)
