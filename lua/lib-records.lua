-- Request records, one text each in the hash of the shard:
--   S|bucket|epoch|seq|quantity|cum|ret|at|CONTENT        sold
--   R|bucket|epoch|seq|quantity|cum|ret|at                returned to MySQL
--   H|bucket|epoch|quantity|deadline|at|CONTENT           held
--   N|expires at|reason|fingerprint                       refused, until it expires
--   N|expires at|no_hold|fingerprint|C or E|bucket|epoch|quantity|deadline|note
--                                                         a hold that was cancelled or expired
-- CONTENT is the fingerprint (64 hex digits) and the note (JSON). Times are milliseconds.
-- What is sold, returned or held stands in the stream as the same text; besides, for the table of
-- orders only, C and E, written like H: hold cancelled, expired. An entry has one field, the number of
-- its events; its value is a line for each: request id, tab, text, line feed. Neither character can
-- stand in a request id or a text, because JSON escapes them.
local SOLD, RETURNED, HELD, REFUSED = 83, 82, 72, 78

-- `ended` is what stands behind the fingerprint: '' where there was no hold.
local function refusal_record(expires_at, reason, fingerprint, ended)
  return 'N|' .. to_text(expires_at) .. '|' .. reason .. '|' .. fingerprint .. ended
end

-- Expires at, reason, fingerprint, ended; nil when it is no refusal.
local function parse_refusal(record)
  local expires_at, reason, fingerprint, ended = string.match(record, '^N|(%d+)|([%l_]+)|(%x+)(.*)$')
  return expires_at and tonumber(expires_at), reason, fingerprint, ended
end

-- A refusal is of account until it expires.
local function is_live(record, now)
  if not record then
    return false
  end
  if string.byte(record) ~= REFUSED then
    return true
  end
  local expires_at = parse_refusal(record)
  return not expires_at or expires_at > now
end

-- Whether a recovery has ended this epoch of the bucket since. (Of a pool that was closed and opened again,
-- everything is settled, so what was sold before it is sold.)
local function is_over(meta_key, bucket_id, epoch)
  local loaded = redis.call('HGET', meta_key, 'le:' .. bucket_id)
  return loaded and tonumber(epoch) < (to_integer(loaded) or 0)
end

-- Iterates over request id and text of the events of an entry; its fields are those of XRANGE.
local function events_of(fields)
  return string.gmatch(fields[2] or '', '([^\t\n]*)\t([^\n]*)\n')
end

-- How many events an entry has; 1 for what somebody else has written.
local function count_of(fields)
  return #fields == 2 and to_integer(fields[1]) or 1
end
