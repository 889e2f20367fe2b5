-- Reconciliation: what was compared, what was found, and the receipt of every repair.

-- The index by which the movements of products are found now holds what their sums need, so that a
-- full check reads the index alone, in the order of products.
ALTER TABLE movements
  DROP KEY movements_product,
  ADD KEY movements_product (product_id, id, location_id, quantity);

-- Sums of the ledger up to a movement id below which nothing can be added any more. A check adds the
-- movements behind it; a full check ignores the sums and verifies them.
CREATE TABLE ledger_seals (
  product_id  BIGINT NOT NULL,
  location_id BIGINT NOT NULL,
  quantity    BIGINT NOT NULL,
  PRIMARY KEY (product_id, location_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- One row. Ids are given out before COMMIT: a candidate is the highest id that was seen at a moment, and
-- it is sealed only when every statement of that moment has ended long ago.
CREATE TABLE ledger_seal_position (
  id           INT NOT NULL,
  sealed_to    BIGINT NOT NULL DEFAULT 0,
  sealed_at    DATETIME(6) NULL,
  candidate    BIGINT NULL,
  candidate_at DATETIME(6) NULL,
  PRIMARY KEY (id),
  CONSTRAINT ledger_seal_position_one CHECK (id = 1),
  CONSTRAINT ledger_seal_position_grows CHECK (sealed_to >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
INSERT INTO ledger_seal_position (id) VALUES (1);

-- One row a run. A run without an end was cut off.
CREATE TABLE reconcile_runs (
  run_id       VARBINARY(36) NOT NULL,
  mode         ENUM('check', 'fix', 'plan') NOT NULL,
  scope        VARCHAR(200) NOT NULL,
  -- The products that were asked for, as JSON; NULL = all.
  skus         MEDIUMTEXT NULL,
  status       ENUM('running', 'clean', 'drift', 'repaired', 'inconclusive') NOT NULL,
  -- What was looked at, as JSON.
  checked      TEXT NULL,
  findings     INT NOT NULL DEFAULT 0,
  violations   INT NOT NULL DEFAULT 0,
  repaired     INT NOT NULL DEFAULT 0,
  inconclusive INT NOT NULL DEFAULT 0,
  actor        VARCHAR(100) NOT NULL,
  host         VARCHAR(255) NOT NULL,
  source       VARCHAR(32) NOT NULL,
  started_at   DATETIME(6) NOT NULL,
  ended_at     DATETIME(6) NULL,
  PRIMARY KEY (run_id),
  KEY reconcile_runs_started (started_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- What a run found. The columns from `request_id` on are the receipt of its repair, written in the
-- transaction of the repair itself.
CREATE TABLE reconcile_findings (
  run_id      VARBINARY(36) NOT NULL,
  number      INT NOT NULL,
  check_code  VARCHAR(40) NOT NULL,
  severity    ENUM('notice', 'drift', 'violation') NOT NULL,
  subject     VARCHAR(200) NOT NULL,
  product_id  BIGINT NULL,
  location_id BIGINT NULL,
  expected    BIGINT NULL,
  actual      BIGINT NULL,
  in_flight   BIGINT NULL,
  evidence    VARCHAR(1000) NOT NULL,
  -- What mends it, as JSON.
  remedy      TEXT NOT NULL,
  outcome     ENUM('open', 'repaired', 'gone', 'stale', 'failed') NOT NULL DEFAULT 'open',
  request_id  VARBINARY(100) NULL,
  before_text VARCHAR(200) NULL,
  after_text  VARCHAR(200) NULL,
  actor       VARCHAR(100) NULL,
  host        VARCHAR(255) NULL,
  source      VARCHAR(32) NULL,
  repaired_at DATETIME(6) NULL,
  PRIMARY KEY (run_id, number),
  UNIQUE KEY reconcile_findings_request (request_id),
  KEY reconcile_findings_product (product_id, run_id),
  CONSTRAINT reconcile_findings_run_fk FOREIGN KEY (run_id) REFERENCES reconcile_runs (run_id),
  CONSTRAINT reconcile_findings_receipt CHECK ((outcome = 'repaired') = (repaired_at IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
