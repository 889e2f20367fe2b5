-- A bucket: one hash with its counters and terms, one of holds, one of the units of each buyer.
-- `epoch` stays a text, it is only ever compared.
local BUCKET_FIELDS = {
  'epoch', 'state', 'gv', 'D', 'avail', 'held', 'seq', 'cum', 'ret', 'acum',
  'floor', 'loss_limit', 'per_buyer', 'starts_at', 'ends_at',
}

local STATES = { open = true, closing = true, closed = true }

-- The identity of the protocol: every unit handed over is for sale, held, or gone. A bucket of which
-- it does not hold sells nothing until it is repaired. Every change keeps it, so a call asks it once.
local function is_sound(bucket)
  local avail, held, cum, delegated = bucket.avail, bucket.held, bucket.cum, bucket.delegated
  if not (avail and held and cum and delegated) then
    return false
  end
  if not (bucket.gv and bucket.seq and bucket.ret and bucket.acum and bucket.floor and STATES[bucket.state]) then
    return false
  end
  return held >= 0 and avail + held + cum == delegated
end

-- nil when there is none, or nothing but recovery can mend it: it has lost its epoch, or is no hash.
local function read_bucket_at(id, key, holds_key, buyers_key)
  local field = redis.pcall('HMGET', key, unpack(BUCKET_FIELDS))
  if field.err or not field[1] then
    return nil
  end
  local bucket = {
    id = id,
    key = key,
    holds_key = holds_key,
    buyers_key = buyers_key,
    epoch = field[1],
    state = field[2],
    gv = to_integer(field[3]),
    delegated = to_integer(field[4]),
    avail = to_integer(field[5]),
    held = to_integer(field[6]),
    seq = to_integer(field[7]),
    cum = to_integer(field[8]),
    ret = to_integer(field[9]),
    acum = to_integer(field[10]),
    floor = to_integer(field[11]),
    -- Empty = no limit.
    loss_limit = to_integer(field[12]),
    per_buyer = to_integer(field[13]),
    starts_at = to_integer(field[14]),
    ends_at = to_integer(field[15]),
    -- What this call has changed: request id -> text or false, buyer -> units.
    new_holds = {},
    new_buyers = {},
  }
  bucket.is_sound = is_sound(bucket)
  return bucket
end

-- In most calls the keys of buckets stand behind the five of the shard, three for each.
local SHARD_KEYS, BUCKET_KEYS = 5, 3

local function read_bucket(keys, number, id)
  local first = SHARD_KEYS + (number - 1) * BUCKET_KEYS + 1
  return read_bucket_at(id, keys[first], keys[first + 1], keys[first + 2])
end

-- Units that may be sold: none of the floor.
local function sellable(bucket)
  return math.max(0, bucket.avail - bucket.floor)
end

local function units_of(bucket, buyer)
  local units = bucket.new_buyers[buyer]
  if not units then
    units = to_integer(redis.call('HGET', bucket.buyers_key, buyer)) or 0
    bucket.new_buyers[buyer] = units
  end
  return units
end
