-- Request records, one text each in the hash of the shard. What is sold, returned or held stands in
-- the stream as the same text, under the same request id:
--   S|bucket|epoch|seq|quantity|cum|ret|at|CONTENT        sold
--   R|bucket|epoch|seq|quantity|cum|ret|at                returned to MySQL
--   H|bucket|epoch|quantity|deadline|at|CONTENT           held
--   N|expires at|reason|fingerprint                       refused, until it expires
--   N|expires at|no_hold|fingerprint|C or E|bucket|epoch|quantity|deadline|note
--                                                         a hold that was cancelled or expired
-- Only in the stream, for the table of orders: C and E, written like H: hold cancelled, expired.
-- CONTENT is the fingerprint (64 hex digits) and the note (JSON). Times are milliseconds.
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
