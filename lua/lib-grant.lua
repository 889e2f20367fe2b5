-- What CONVERGE and LOAD are told of a bucket: both take ARGV[1] to ARGV[13] as converge-bucket has it.
local function optional_integer(text, name)
  return text == '' and '' or to_text(need_integer(text, name))
end

local function need_state(text)
  if not STATES[text] then
    error({ err = 'ERR inv_pool: state is none' })
  end
  return text
end

-- Field and value of everything but the counters, checked.
local function terms_of(argv)
  return {
    'gv', to_text(need_integer(argv[5], 'grant version')),
    'D', to_text(need_integer(argv[6], 'delegated')),
    'floor', to_text(need_integer(argv[7], 'floor')),
    'loss_limit', optional_integer(argv[8], 'loss limit'),
    'per_buyer', optional_integer(argv[9], 'per buyer'),
    'starts_at', optional_integer(argv[10], 'starts at'),
    'ends_at', optional_integer(argv[11], 'ends at'),
  }
end

-- The directory says of a place (SKU, NUL, location) which buckets of this shard it has: directions, separated by ";", each
-- bucket:pool:... A place has one pool at a time, so those of another pool are left from before. The other
-- way round, the field NUL, bucket id says pool:place, also of a bucket that was dropped.
local function directions_without(key, place, bucket_id, pool_id)
  local kept = {}
  for entry in string.gmatch(redis.call('HGET', key, place) or '', '[^;]+') do
    local bucket, pool = string.match(entry, '^(%d+):(%d+):')
    if bucket and bucket ~= bucket_id and (not pool_id or pool == pool_id) then
      table.insert(kept, entry)
    end
  end
  return kept
end

local function file_bucket(key, place, bucket_id, directions)
  local pool_id = string.match(directions, '^%d+:(%d+):')
  local kept = directions_without(key, place, bucket_id, pool_id)
  table.insert(kept, directions)
  redis.call('HSET', key, place, table.concat(kept, ';'), '\0' .. bucket_id, pool_id .. ':' .. place)
end

local function unfile_bucket(key, place, bucket_id)
  local kept = directions_without(key, place, bucket_id)
  if #kept > 0 then
    redis.call('HSET', key, place, table.concat(kept, ';'))
  else
    redis.call('HDEL', key, place)
  end
end

-- A bucket as it is at the start of an epoch: everything is for sale.
local function write_new_bucket(keys, argv)
  local terms, state, epoch = terms_of(argv), need_state(argv[4]), need_integer(argv[3], 'epoch')
  redis.call('DEL', keys[6], keys[7], keys[8])
  redis.call('HSET', keys[6], 'epoch', to_text(epoch), 'state', state, 'avail', argv[6], 'held', '0',
    'seq', '0', 'cum', '0', 'ret', '0', 'acum', '0', unpack(terms))
  redis.call('HSET', keys[1], 'pe:' .. argv[2], to_text(epoch))
  file_bucket(keys[9], argv[12], argv[2], argv[13])
end
