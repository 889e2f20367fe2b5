-- Gives a bucket the numbers of MySQL's books: creates it, grants what was added, repairs its counters.
-- All numbers of the books come from one SELECT.
--
-- KEYS[1]   meta       hash
-- KEYS[2]   records    hash
-- KEYS[3]   events     stream
-- KEYS[4]   refusals   zset
-- KEYS[5]   deadlines  zset
-- KEYS[6]   bucket     hash
-- KEYS[7]   holds      hash
-- KEYS[8]   buyers     hash
-- KEYS[9]   directory  hash
-- KEYS[10]  audit      list    the last 1000 repairs, newest first
-- ARGV[1]   generation     integer
-- ARGV[2]   bucket id      integer
-- ARGV[3]   epoch          integer
-- ARGV[4]   state          text     open, closing, closed
-- ARGV[5]   grant version  integer
-- ARGV[6]   delegated      integer, units
-- ARGV[7]   floor          integer, units
-- ARGV[8]   loss limit     integer, units; "" = none
-- ARGV[9]   per buyer      integer, units; "" = no limit
-- ARGV[10]  starts at      integer, milliseconds; "" = no bound
-- ARGV[11]  ends at        integer, milliseconds; "" = no bound
-- ARGV[12]  place          text, what the directory files it under
-- ARGV[13]  directions     text, what the directory says of it
-- ARGV[14]  settled seq    integer
-- ARGV[15]  settled cum    integer, units
-- ARGV[16]  settled ret    integer, units
-- Returns {code} or {code, units}:
--   fenced
--   created
--   missing  it was here before, or is damaged beyond repair: recovery is due
--   epoch    it is of another epoch
--   stale    Redis has a later grant
--   fork     the same grant with another number
--   retry    the repair has to wait for settlement
--   ok       units added to what is for sale by a repair, signed; 0 = nothing was wrong
local EVENTS_SEARCHED_MAX = 100000
local AUDIT_LENGTH_MAX = 1000

local function last_event_of(events_key, bucket)
  local pattern = '^[SR]|' .. bucket.id .. '|' .. bucket.epoch .. '|(%d+)|%d+|(%d+)|(%d+)|'
  local to, left = '+', EVENTS_SEARCHED_MAX
  while left > 0 do
    local page = redis.call('XREVRANGE', events_key, to, '-', 'COUNT', '16')
    for _, entry in ipairs(page) do
      local last
      for _, text in events_of(entry[2]) do
        local seq, cum, ret = string.match(text, pattern)
        last = seq and { seq = tonumber(seq), cum = tonumber(cum), ret = tonumber(ret) } or last
      end
      if last then
        return last
      end
      left = left - count_of(entry[2])
      to = '(' .. entry[1]
    end
    if #page == 0 then
      return nil
    end
  end
  return nil
end

-- The counters as they must be: from the holds and the last event, or from the books where everything
-- is settled. nil when nothing proves them: never repair from an unproven sum. An event below the
-- bucket's own numbering is not its last one: those after it were lost, and their units are sold.
local function proven_counters(keys, argv, bucket)
  local proven = last_event_of(keys[3], bucket)
  if proven and bucket.seq and proven.seq < bucket.seq then
    proven = nil
  end
  if not proven and bucket.seq == need_integer(argv[14], 'settled seq') then
    proven = {
      seq = bucket.seq,
      cum = need_integer(argv[15], 'settled cum'),
      ret = need_integer(argv[16], 'settled ret'),
    }
  end
  if proven then
    proven.held = sum_of_holds(bucket)
  end
  return proven
end

local function note_repair(audit_key, bucket, proven, repaired)
  local before = {}
  for _, name in ipairs({ 'avail', 'held', 'seq', 'cum', 'ret' }) do
    before[name] = bucket[name] and to_text(bucket[name]) or 'damaged'
  end
  redis.call('LPUSH', audit_key, cjson.encode({
    at_ms = to_text(now_ms()), bucket = bucket.id, epoch = bucket.epoch, before = before, repaired = to_text(repaired),
    after = { held = to_text(proven.held), seq = to_text(proven.seq), cum = to_text(proven.cum), ret = to_text(proven.ret) },
  }))
  redis.call('LTRIM', audit_key, '0', to_text(AUDIT_LENGTH_MAX - 1))
end

-- Units by which what is for sale was wrong; nil when the repair cannot be made now.
local function repair(keys, argv, bucket)
  local proven = proven_counters(keys, argv, bucket)
  if not proven then
    return nil
  end
  -- A damaged number of units handed over: the books know it, of the same grant.
  local delegated = bucket.delegated or need_integer(argv[6], 'delegated')
  local avail = delegated - proven.cum - proven.held
  local repaired = avail - (bucket.avail or avail)
  note_repair(keys[10], bucket, proven, repaired)
  bucket.held, bucket.cum, bucket.seq, bucket.ret = proven.held, proven.cum, proven.seq, proven.ret
  return repaired
end

local function grant(keys, argv, bucket)
  local terms = terms_of(argv)
  -- A bucket that has begun to close stays so: these books may be from before.
  local state = bucket.state
  if state == 'open' or not STATES[state] then
    state = need_state(argv[4])
  end
  local acum = bucket.acum or need_integer(argv[15], 'settled cum')
  bucket.avail = need_integer(argv[6], 'delegated') - bucket.cum - bucket.held
  write_bucket(bucket)
  redis.call('HSET', bucket.key, 'state', state, 'acum', to_text(acum), unpack(terms))
  if state ~= 'closed' then
    file_bucket(keys[9], argv[12], argv[2], argv[13])
  end
end

-- Why the books cannot be applied; nil when they can.
local function objection(argv, bucket, epoch)
  local gv, delegated = need_integer(argv[5], 'grant version'), need_integer(argv[6], 'delegated')
  if bucket.epoch ~= to_text(epoch) then
    return 'epoch'
  end
  if not bucket.gv then
    return 'missing'
  end
  if gv < bucket.gv then
    return 'stale'
  end
  if gv == bucket.gv and bucket.delegated and delegated ~= bucket.delegated then
    return 'fork'
  end
  return nil
end

local function may_create(keys, argv, epoch)
  local created = redis.call('HGET', keys[1], 'pe:' .. argv[2])
  return need_integer(argv[14], 'settled seq') == 0 and (not created or need_integer(created, 'created epoch') < epoch)
end

register('converge_bucket', function(keys, argv)
  if fence(keys[1], argv[1]) then
    return { 'fenced' }
  end
  local bucket, epoch = read_bucket(keys, 1, argv[2]), need_integer(argv[3], 'epoch')
  local is_older = bucket and (to_integer(bucket.epoch) or epoch) < epoch
  if not bucket or (is_older and bucket.avail == 0 and bucket.held == 0) then
    if not may_create(keys, argv, epoch) then
      return { 'missing' }
    end
    write_new_bucket(keys, argv)
    return { 'created' }
  end
  local code = objection(argv, bucket, epoch)
  if code then
    return { code }
  end
  local repaired = 0
  if not bucket.is_sound or sum_of_holds(bucket) ~= bucket.held then
    repaired = repair(keys, argv, bucket)
    if not repaired then
      return { bucket.seq and 'retry' or 'missing' }
    end
  end
  grant(keys, argv, bucket)
  return { 'ok', to_text(repaired) }
end)
