-- A hold stands in the hash of its bucket under its request id: quantity|deadline|epoch|CONTENT, and
-- in the sorted set of the shard's deadlines as bucket:request id.
local function parse_hold(text)
  local quantity, deadline, epoch, content = string.match(text or '', '^(%d+)|(%d+)|(%d+)|(.*)$')
  if not quantity then
    return nil
  end
  return {
    quantity = tonumber(quantity),
    quantity_text = quantity,
    deadline_text = deadline,
    epoch = epoch,
    content = content,
  }
end

-- What the hash of holds says, and this call has changed. A hold of an older epoch is none.
local function find_hold(bucket, id)
  local text = bucket.new_holds[id]
  if text == nil then
    text = redis.call('HGET', bucket.holds_key, id)
  end
  local hold = parse_hold(text)
  return hold and hold.epoch == bucket.epoch and hold or nil
end

local function fingerprint_of(content)
  return string.sub(content, 1, 64)
end

-- Who the order is for, by its note; nil when it does not say.
local function buyer_of(content)
  local buyer = cjson.decode(string.sub(content, 65))[5]
  return type(buyer) == 'string' and buyer or nil
end

-- Units of all holds of the bucket's epoch.
local function sum_of_holds(bucket)
  local sum = 0
  -- Most buckets have none, and to be told so is cheaper than an empty list.
  if redis.call('EXISTS', bucket.holds_key) == 0 then
    return 0
  end
  for _, text in ipairs(redis.call('HVALS', bucket.holds_key)) do
    local hold = parse_hold(text)
    if hold and hold.epoch == bucket.epoch then
      sum = sum + hold.quantity
    end
  end
  return sum
end
