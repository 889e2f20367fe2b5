-- A repair in Redis and its receipt cannot be one transaction. That it was begun is written before it, so that
-- the receipt of a run that was cut off in between is written by the next one.
ALTER TABLE reconcile_findings
  ADD COLUMN begun_at DATETIME(6) NULL AFTER reason,
  ADD KEY reconcile_findings_begun (begun_at);
