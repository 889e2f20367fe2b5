-- Applying a plan is a run of its own, which names the run that made the plan and leaves it as it was.
ALTER TABLE reconcile_runs
  MODIFY mode ENUM('check', 'fix', 'plan', 'apply') NOT NULL,
  ADD COLUMN plan_run_id VARBINARY(36) NULL AFTER mode;

-- Why a finding was not mended, or that it was mended before: then its receipt is that of the earlier run.
ALTER TABLE reconcile_findings
  ADD COLUMN reason VARCHAR(1000) NULL AFTER outcome;
