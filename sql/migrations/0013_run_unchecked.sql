-- What a run could not look at, and why, as JSON: so that the history says of a run that was cut off at its
-- limit that there may be more. NULL: the run has no end, or is older than this column.
ALTER TABLE reconcile_runs
  ADD COLUMN unchecked MEDIUMTEXT NULL AFTER inconclusive;
