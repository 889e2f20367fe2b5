-- Marks a bucket closed and takes it off the directory; MySQL has closed it before.
--
-- KEYS[1]  meta       hash
-- KEYS[2]  bucket     hash
-- KEYS[3]  buyers     hash
-- KEYS[4]  directory  hash
-- ARGV[1]  generation  integer
-- ARGV[2]  bucket id   integer
-- ARGV[3]  epoch       integer
-- ARGV[4]  place       text
-- Returns fenced | epoch | ok (also when there is none)
register('drop_bucket', function(keys, argv)
  if fence(keys[1], argv[1]) then
    return 'fenced'
  end
  local epoch = redis.call('HGET', keys[2], 'epoch')
  if epoch and epoch ~= argv[3] then
    return 'epoch'
  end
  if epoch then
    redis.call('HSET', keys[2], 'state', 'closed')
  end
  redis.call('DEL', keys[3])
  unfile_bucket(keys[4], argv[4], argv[2])
  return 'ok'
end)
