-- Lua counts in doubles: whole numbers are exact up to 2^53 - 1, and are printed with fourteen
-- digits only unless it is told otherwise.
local INTEGER_MAX = 9007199254740991

local function to_text(number)
  return string.format('%d', number)
end

-- nil for whatever is not a whole number that a double holds exactly.
local function to_integer(text)
  if not text or not string.find(text, '^%-?%d+$') then
    return nil
  end
  local number = tonumber(text)
  if number > INTEGER_MAX or number < -INTEGER_MAX then
    return nil
  end
  return number
end

-- An argument: a whole number that is not negative. Our own client sends nothing else.
local function need_integer(text, name)
  local number = to_integer(text)
  if not number or number < 0 then
    error({ err = 'ERR inv_pool: ' .. name .. ' is not a whole number' })
  end
  return number
end

-- Milliseconds since the epoch, by the clock of this server.
local function now_ms()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
