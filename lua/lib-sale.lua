-- The decisions of one request: each returns its reply, and leaves what is to be written in `call`.
-- The order of the checks is that of docs/pools.md: record, bucket, state, window, limit, stock, lag.
local function refuse(call, request, reason, available)
  if request.is_retry then
    write_refusal(call.changes, request.id, reason, request.fingerprint)
  end
  return 'no ' .. reason .. ' ' .. (available and to_text(available) or '-')
end

-- Why the bucket does not sell this quantity; nil when it does.
local function refusal_of(call, bucket, request)
  local now = call.changes.now
  if bucket.state ~= 'open' then
    return 'closed'
  end
  if (bucket.starts_at and now < bucket.starts_at) or (bucket.ends_at and now >= bucket.ends_at) then
    return 'window'
  end
  request.buyer = bucket.per_buyer and buyer_of(request.content)
  if request.buyer and units_of(bucket, request.buyer) + request.quantity > bucket.per_buyer then
    return 'limit'
  end
  if bucket.avail - request.quantity < bucket.floor then
    return 'sold_out', sellable(bucket)
  end
  return nil
end

-- Whether the sale would be one more than a crash may lose, or than settlement keeps up with.
local function is_lagging(call, bucket, quantity)
  return call.is_backed_up or (bucket.loss_limit and bucket.cum + quantity - bucket.acum > bucket.loss_limit)
end

-- Takes a sale into the books of the bucket, whose units the caller has moved out of avail or held.
local function sold(call, bucket, request, quantity, content)
  touch(call.changes, bucket)
  bucket.cum = bucket.cum + quantity
  bucket.seq = bucket.seq + 1
  local seq = to_text(bucket.seq)
  local record = 'S|' .. bucket.id .. '|' .. bucket.epoch .. '|' .. seq .. '|' .. to_text(quantity) .. '|'
    .. to_text(bucket.cum) .. '|' .. to_text(bucket.ret) .. '|' .. call.now_text .. '|' .. content
  write_record(call.changes, request.id, record)
  write_event(call.changes, request.id, record)
  return 'sold 0 ' .. bucket.id .. ' ' .. bucket.epoch .. ' ' .. seq .. ' ' .. to_text(quantity) .. ' '
    .. to_text(sellable(bucket))
end

local function take_for_buyer(bucket, request)
  if request.buyer then
    bucket.new_buyers[request.buyer] = units_of(bucket, request.buyer) + request.quantity
  end
end

local function sell(call, bucket, request)
  if not is_sound(bucket) then
    return 'corrupt'
  end
  local reason, available = refusal_of(call, bucket, request)
  if reason then
    return refuse(call, request, reason, available)
  end
  if is_lagging(call, bucket, request.quantity) then
    return 'busy'
  end
  bucket.avail = bucket.avail - request.quantity
  take_for_buyer(bucket, request)
  return sold(call, bucket, request, request.quantity, request.content)
end

local function hold(call, bucket, request)
  if not is_sound(bucket) then
    return 'corrupt'
  end
  local reason, available = refusal_of(call, bucket, request)
  if reason then
    return refuse(call, request, reason, available)
  end
  if call.is_backed_up then
    return 'busy'
  end
  touch(call.changes, bucket)
  bucket.avail = bucket.avail - request.quantity
  bucket.held = bucket.held + request.quantity
  take_for_buyer(bucket, request)
  local tail = request.quantity_text .. '|' .. request.deadline_text .. '|' .. call.now_text .. '|' .. request.content
  local record = 'H|' .. bucket.id .. '|' .. bucket.epoch .. '|' .. tail
  write_record(call.changes, request.id, record)
  write_hold(call.changes, bucket, request.id, request)
  write_event(call.changes, request.id, record)
  return 'held 0 ' .. bucket.id .. ' ' .. request.quantity_text .. ' ' .. request.deadline_text .. ' '
    .. to_text(sellable(bucket))
end

-- A NO of CONFIRM is always recorded: it closes the way for a HOLD or CONFIRM that is still under way.
local function confirm(call, bucket, request)
  local found = find_hold(bucket, request.id)
  if not found then
    write_refusal(call.changes, request.id, 'no_hold', request.fingerprint)
    return 'no no_hold -'
  end
  if not is_sound(bucket) or bucket.held < found.quantity then
    return 'corrupt'
  end
  if is_lagging(call, bucket, found.quantity) then
    return 'busy'
  end
  bucket.held = bucket.held - found.quantity
  remove_hold(call.changes, bucket, request.id)
  return sold(call, bucket, request, found.quantity, found.content)
end

-- The answer that was given before; nil when the request is still to be decided.
local function recorded_answer(call, request, record)
  local kind = string.byte(record)
  if kind == SOLD then
    local bucket, epoch, seq, quantity, content =
      string.match(record, '^S|(%d+)|(%d+)|(%d+)|(%d+)|%d+|%d+|%d+|(.*)$')
    if content and fingerprint_of(content) == request.fingerprint then
      return 'sold 1 ' .. bucket .. ' ' .. epoch .. ' ' .. seq .. ' ' .. quantity .. ' -'
    end
  elseif kind == REFUSED then
    local _, reason, fingerprint, ended = parse_refusal(record)
    if fingerprint == request.fingerprint then
      write_refusal(call.changes, request.id, reason, fingerprint, ended)
      return 'no ' .. reason .. ' -'
    end
  elseif kind == HELD and request.operation ~= 's' then
    local bucket, quantity, deadline, content =
      string.match(record, '^H|(%d+)|%d+|(%d+)|(%d+)|%d+|(.*)$')
    if content and fingerprint_of(content) == request.fingerprint then
      if request.operation == 'h' then
        return 'held 1 ' .. bucket .. ' ' .. quantity .. ' ' .. deadline .. ' -'
      end
      -- Its hold stands in another bucket than the caller believes.
      return bucket ~= request.bucket_id and 'conflict' or nil
    end
  end
  return 'conflict'
end
