-- The decisions on one request: each returns its reply, and leaves what is to be written in the call's
-- changes. `terms` is what its terms say; requests with the same ones share it. The checks come in the
-- order of docs/pools.md: record, bucket, state, window, limit, stock, lag.
local function refuse(changes, terms, id, content, reason, available)
  if terms.is_retry then
    write_refusal(changes, id, reason, fingerprint_of(content))
  end
  return 'no ' .. reason .. ' ' .. (available and to_text(available) or '-')
end

-- Why the bucket sells nothing to anybody; nil when it does.
local function closed_reason(bucket, now)
  if bucket.state ~= 'open' then
    return 'closed'
  end
  if (bucket.starts_at and now < bucket.starts_at) or (bucket.ends_at and now >= bucket.ends_at) then
    return 'window'
  end
  return nil
end

-- Reason and available units when the bucket does not sell this; else nil, and the buyer who counts.
local function refusal_of(call, bucket, terms, content)
  if bucket.closed_reason then
    return bucket.closed_reason
  end
  local buyer = bucket.per_buyer and buyer_of(content)
  if bucket.per_buyer then
    if not buyer then
      return 'no_buyer'
    end
    if units_of(bucket, buyer) + terms.quantity > bucket.per_buyer then
      return 'limit'
    end
  end
  if bucket.avail - terms.quantity < bucket.floor then
    return 'sold_out', sellable(bucket)
  end
  if bucket.loss_limit and terms.quantity > bucket.loss_limit then
    return 'too_large'
  end
  return nil, buyer
end

-- Whether the sale would be one more than a crash may lose, or than settlement keeps up with.
local function is_lagging(call, bucket, quantity)
  return call.is_backed_up or (bucket.loss_limit and bucket.cum + quantity - bucket.acum > bucket.loss_limit)
end

-- Takes a sale into the books of the bucket, whose units the caller has moved out of avail or held.
local function sold(call, bucket, id, quantity, quantity_text, content)
  local changes = call.changes
  touch(changes, bucket)
  local seq, cum = bucket.seq + 1, bucket.cum + quantity
  bucket.seq, bucket.cum = seq, cum
  local record = string.format('%s%d|%s|%d|%s%s', bucket.sold_head, seq, quantity_text, cum, bucket.sold_tail, content)
  write_record(changes, id, record)
  write_event(changes, id, record)
  return string.format('%s%d %s %d', bucket.sold_reply, seq, quantity_text, sellable(bucket))
end

local function take_for_buyer(bucket, buyer, quantity)
  if buyer then
    bucket.new_buyers[buyer] = units_of(bucket, buyer) + quantity
  end
end

local function sell(call, bucket, terms, id, content)
  if not bucket.is_sound then
    return 'corrupt'
  end
  local reason, other = refusal_of(call, bucket, terms, content)
  if reason then
    return refuse(call.changes, terms, id, content, reason, other)
  end
  local quantity = terms.quantity
  if is_lagging(call, bucket, quantity) then
    return 'busy'
  end
  bucket.avail = bucket.avail - quantity
  take_for_buyer(bucket, other, quantity)
  return sold(call, bucket, id, quantity, terms.quantity_text, content)
end

local function hold(call, bucket, terms, id, content)
  if not bucket.is_sound then
    return 'corrupt'
  end
  local changes = call.changes
  local reason, other = refusal_of(call, bucket, terms, content)
  if reason then
    return refuse(changes, terms, id, content, reason, other)
  end
  if call.is_backed_up then
    return 'busy'
  end
  touch(changes, bucket)
  bucket.avail = bucket.avail - terms.quantity
  bucket.held = bucket.held + terms.quantity
  take_for_buyer(bucket, other, terms.quantity)
  local record = table.concat({ 'H', bucket.id, bucket.epoch, terms.quantity_text, terms.deadline_text,
    call.now_text, content }, '|')
  write_record(changes, id, record)
  write_hold(changes, bucket, id, terms, content)
  write_event(changes, id, record)
  return string.format('held 0 %s %s %s %d', bucket.id, terms.quantity_text, terms.deadline_text, sellable(bucket))
end

-- A NO of CONFIRM is always recorded: it closes the way for a HOLD or CONFIRM that is still under way.
-- A hold that is due is gone at once.
local function confirm(call, bucket, terms, id, content)
  local found = find_hold(bucket, id)
  if not found then
    write_refusal(call.changes, id, 'no_hold', fingerprint_of(content))
    return 'no no_hold -'
  end
  if fingerprint_of(found.content) ~= content then
    return 'conflict'
  end
  if not bucket.is_sound or bucket.held < found.quantity then
    return 'corrupt'
  end
  if tonumber(found.deadline_text) <= call.changes.now then
    give_back(call.changes, bucket, id, found, 'E')
    return 'no no_hold -'
  end
  if is_lagging(call, bucket, found.quantity) then
    return 'busy'
  end
  bucket.held = bucket.held - found.quantity
  remove_hold(call.changes, bucket, id)
  return sold(call, bucket, id, found.quantity, found.quantity_text, found.content)
end

-- The answer that was given before, by the record of the request; nil when it is still to be decided.
-- A sale of an epoch that a recovery has ended is settled, or came back with old data: the books know.
local function recorded_answer(call, terms, id, fingerprint, record)
  local kind = string.byte(record)
  if kind == SOLD then
    local bucket, epoch, seq, quantity, content =
      string.match(record, '^S|(%d+)|(%d+)|(%d+)|(%d+)|%d+|%d+|%d+|(.*)$')
    if content and is_over(call.keys[1], bucket, epoch) then
      return nil
    end
    if content and fingerprint_of(content) == fingerprint then
      return 'sold 1 ' .. bucket .. ' ' .. epoch .. ' ' .. seq .. ' ' .. quantity .. ' -'
    end
  elseif kind == REFUSED then
    local _, reason, known, ended = parse_refusal(record)
    if known == fingerprint then
      write_refusal(call.changes, id, reason, fingerprint, ended)
      return 'no ' .. reason .. ' -'
    end
  elseif kind == HELD and terms.operation ~= 's' then
    local bucket, quantity, deadline, content =
      string.match(record, '^H|(%d+)|%d+|(%d+)|(%d+)|%d+|(.*)$')
    if content and fingerprint_of(content) == fingerprint then
      if terms.operation == 'h' then
        return 'held 1 ' .. bucket .. ' ' .. quantity .. ' ' .. deadline .. ' -'
      end
      -- Its hold may stand in another bucket than the caller believes.
      return bucket ~= call.bucket_ids[terms.bucket_number] and 'conflict' or nil
    end
  end
  return 'conflict'
end
