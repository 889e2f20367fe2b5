-- The fence. A shard is open for clients that know its generation, and only in the process that
-- adopted it: `adopted` lives in memory, so a restart, DEBUG RELOAD, FUNCTION LOAD REPLACE and a
-- promotion of a replica forget it, while the data still says "open". It maps the random token of an
-- adoption to the meta key it was given for, because one server can hold several shards and prefixes.
local adopted = {}

local function is_adopted(meta_key, token)
  return token and adopted[token] == meta_key
end

-- nil when a call of this generation may act; else the generation of the shard ('' = none). The
-- second value is the number of entries of the stream that are settled already (see trim-stream).
local function fence(meta_key, generation)
  local meta = redis.call('HMGET', meta_key, 'open', 'token', 'gen', 'kept')
  if meta[1] == '1' and is_adopted(meta_key, meta[2]) and meta[3] == generation then
    return nil, to_integer(meta[4]) or 0
  end
  return meta[3] or ''
end

-- Whether a step of recovery holds the shard: it began it, and nobody else has since.
local function is_in_recovery(meta_key, generation, token)
  local meta = redis.call('HMGET', meta_key, 'open', 'token', 'gen')
  return meta[1] == '0' and meta[2] == token and is_adopted(meta_key, token) and meta[3] == generation
end

-- The token of the adoption before is good for nothing any more; after a loss, no token of this key is
-- (the data may be any that it ever had).
local function forget_tokens(meta_key, token, is_lossy)
  if not is_lossy then
    adopted[token] = nil
    return
  end
  for known, key in pairs(adopted) do
    if key == meta_key then
      adopted[known] = nil
    end
  end
end
