-- Writes a bucket anew while the shard is shut: everything that is delegated is for sale, no hold is
-- left. A closed one is deleted. Its holds are given up first, some of them in one call.
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
-- ARGV[12]  place          text
-- ARGV[13]  directions     text
-- ARGV[14]  token          text, of the BEGIN
-- ARGV[15]  retention      integer, milliseconds
-- ARGV[16]  limit          integer, holds to give up in this call
-- Returns refused | more (call again) | ok
local function write_loaded(keys, argv)
  redis.call('HSET', keys[1], 'le:' .. argv[2], to_text(need_integer(argv[3], 'epoch')))
  if need_state(argv[4]) ~= 'closed' then
    write_new_bucket(keys, argv)
    return
  end
  redis.call('DEL', keys[6], keys[7], keys[8])
  redis.call('HSET', keys[1], 'pe:' .. argv[2], to_text(need_integer(argv[3], 'epoch')))
  unfile_bucket(keys[9], argv[12], argv[2])
  redis.call('HDEL', keys[9], '\0' .. argv[2])
end

register('load_bucket', function(keys, argv)
  if not is_in_recovery(keys[1], argv[1], argv[14]) then
    return 'refused'
  end
  terms_of(argv)
  local bucket = { id = argv[2], holds_key = keys[7], new_holds = {} }
  local changes = new_changes(keys, now_ms(), need_integer(argv[15], 'retention'))
  local is_more = give_up_holds(changes, bucket, need_integer(argv[16], 'limit'))
  write_holds(bucket)
  write_changes(changes)
  if is_more then
    return 'more'
  end
  write_loaded(keys, argv)
  return 'ok'
end)
