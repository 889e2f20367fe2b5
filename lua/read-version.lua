-- The version of this library. Its name is how an older or newer client finds it.
--
-- Returns the version, an integer
register('read_version', function()
  return LIBRARY_VERSION
end, { 'no-writes' })
