-- Raised with every change of what the keys hold: a client does not replace a library that is newer.
local LIBRARY_VERSION = 1

-- Names carry the hash of the whole text, so that a client always runs exactly its own code.
-- BUILD is a local that the assembler writes above this file.
local function register(name, callback, flags)
  redis.register_function({
    function_name = 'inv_' .. name .. '_' .. BUILD,
    callback = callback,
    flags = flags or {},
  })
end
