-- Pools: units that MySQL has handed to Redis to sell, and how far Redis' sales are in the books.
-- Section 3 of the protocol (docs/pools.md). Lock order of every writer: settlement_progress, pools
-- by id, postings by request id, stock by (product, location).

-- One row a shard of Redis: where settlement stands. Every transaction that moves the watermark, a
-- pool's settled_*, the generation or an epoch adds 1 to `version` and a row to settlement_log.
CREATE TABLE settlement_progress (
  shard           INT NOT NULL,
  generation      BIGINT NOT NULL DEFAULT 0,
  version         BIGINT NOT NULL DEFAULT 0,
  -- The last settled entry of the stream: milliseconds, and a number within them.
  watermark_ms    BIGINT NOT NULL DEFAULT 0,
  watermark_seq   BIGINT NOT NULL DEFAULT 0,
  -- A generation that somebody wants recovered; of no account once `generation` is past it.
  recover_request BIGINT NULL,
  state           ENUM('ready', 'frozen') NOT NULL DEFAULT 'ready',
  frozen_reason   VARCHAR(500) NULL,
  -- The settlement that Redis was told of and this MySQL does not have: why a shard was frozen.
  foreign_version BIGINT NULL,
  foreign_token   BINARY(16) NULL,
  -- Acknowledged units that a crash of Redis may lose at most, per pool; NULL = no bound.
  loss_limit      BIGINT NULL,
  PRIMARY KEY (shard),
  CONSTRAINT settlement_progress_grows CHECK (shard >= 0 AND generation >= 0 AND version >= 0),
  CONSTRAINT settlement_progress_watermark CHECK (watermark_ms >= 0 AND watermark_seq >= 0),
  CONSTRAINT settlement_progress_loss CHECK (loss_limit >= 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- The token is random and told to Redis: a MySQL restored from an older copy has no such row.
CREATE TABLE settlement_log (
  shard     INT NOT NULL,
  version   BIGINT NOT NULL,
  token     BINARY(16) NOT NULL,
  logged_at DATETIME(6) NOT NULL,
  PRIMARY KEY (shard, version)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- One row a bucket: what Redis calls a pool. The buckets of a product at a location are its pool, and
-- the pool's id is that of bucket 0. Rows are used again when a pool is opened again: the unique key
-- allows no second pool beside it.
CREATE TABLE pools (
  id            BIGINT NOT NULL AUTO_INCREMENT,
  product_id    BIGINT NOT NULL,
  location_id   BIGINT NOT NULL,
  bucket        INT NOT NULL,
  shard         INT NOT NULL,
  epoch         BIGINT NOT NULL DEFAULT 1,
  -- First epoch of the present sale: a limit per buyer counts from it.
  sale_epoch    BIGINT NOT NULL DEFAULT 1,
  state         ENUM('open', 'closing', 'closed') NOT NULL,
  grant_version BIGINT NOT NULL DEFAULT 1,
  delegated     BIGINT NOT NULL,
  settled_seq   BIGINT NOT NULL DEFAULT 0,
  settled_cum   BIGINT NOT NULL DEFAULT 0,
  settled_ret   BIGINT NOT NULL DEFAULT 0,
  sold          BIGINT NOT NULL DEFAULT 0,
  returned      BIGINT NOT NULL DEFAULT 0,
  duplicates    BIGINT NOT NULL DEFAULT 0,
  -- Sold by Redis beyond what it was handed, and not covered: oversold by damage.
  short_units   BIGINT NOT NULL DEFAULT 0,
  -- Kept reserved because sales that Redis lost may own them.
  quarantine    BIGINT NOT NULL DEFAULT 0,
  floor_units   BIGINT NOT NULL DEFAULT 0,
  per_buyer     BIGINT NULL,
  starts_at_ms  BIGINT NULL,
  ends_at_ms    BIGINT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY pools_bucket (product_id, location_id, bucket),
  KEY pools_shard (shard, state),
  KEY pools_location (location_id),
  CONSTRAINT pools_product_fk FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT pools_location_fk FOREIGN KEY (location_id) REFERENCES locations (id),
  CONSTRAINT pools_shard_fk FOREIGN KEY (shard) REFERENCES settlement_progress (shard),
  CONSTRAINT pools_bucket_number CHECK (bucket >= 0),
  CONSTRAINT pools_epochs CHECK (1 <= sale_epoch AND sale_epoch <= epoch AND grant_version >= 1),
  CONSTRAINT pools_cover CHECK (0 <= settled_cum AND settled_cum <= delegated),
  CONSTRAINT pools_counts CHECK (sold + returned + duplicates = settled_cum AND settled_ret = returned),
  CONSTRAINT pools_never_negative CHECK (sold >= 0 AND returned >= 0 AND duplicates >= 0 AND settled_seq >= 0),
  CONSTRAINT pools_aside CHECK (short_units >= 0 AND quarantine >= 0 AND floor_units >= 0 AND per_buyer >= 1),
  CONSTRAINT pools_closed_empty CHECK (state <> 'closed' OR settled_cum = delegated)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- What was done to pools: commands, each once (request id, fingerprint), and units that Redis gave
-- back, which are no postings because nothing moved. pool_id is the pool for a command and the
-- bucket for a return.
CREATE TABLE pool_operations (
  request_id  VARBINARY(100) NOT NULL,
  fingerprint BINARY(32) NULL,
  kind        ENUM('open', 'top_up', 'close', 'return', 'release') NOT NULL,
  pool_id     BIGINT NOT NULL,
  epoch       BIGINT NOT NULL,
  seq         BIGINT NULL,
  quantity    BIGINT NOT NULL,
  actor       VARCHAR(100) NOT NULL,
  host        VARCHAR(255) NOT NULL,
  source      VARCHAR(32) NOT NULL,
  done_at     DATETIME(6) NOT NULL,
  PRIMARY KEY (request_id),
  KEY pool_operations_pool (pool_id),
  CONSTRAINT pool_operations_quantity CHECK (quantity >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- The place of a sale in the numbering of its bucket (pool_id is pools.id): none is booked twice.
ALTER TABLE movements
  ADD COLUMN pool_id BIGINT NULL,
  ADD COLUMN pool_epoch BIGINT NULL,
  ADD COLUMN pool_seq BIGINT NULL,
  ADD UNIQUE KEY movements_pool (pool_id, pool_epoch, pool_seq);

-- What was promised to whom. The state only goes on: held, then cancelled or expired, then settled
-- (a sale wins whatever arrives after it). Buyers are compared as bytes, as in Redis.
CREATE TABLE orders (
  id          BIGINT NOT NULL AUTO_INCREMENT,
  request_id  VARBINARY(100) NOT NULL,
  fingerprint BINARY(32) NOT NULL,
  state       ENUM('held', 'cancelled', 'expired', 'settled') NOT NULL,
  product_id  BIGINT NOT NULL,
  location_id BIGINT NOT NULL,
  quantity    BIGINT NOT NULL,
  buyer       VARBINARY(400) NULL,
  reference   VARCHAR(200) NULL,
  pool_id     BIGINT NULL,
  pool_epoch  BIGINT NULL,
  deadline    DATETIME(6) NULL,
  actor       VARCHAR(100) NOT NULL,
  host        VARCHAR(255) NOT NULL,
  source      VARCHAR(32) NOT NULL,
  created_at  DATETIME(6) NOT NULL,
  updated_at  DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY orders_request (request_id),
  KEY orders_product (product_id, id),
  KEY orders_buyer (buyer, id),
  KEY orders_state (state, id),
  KEY orders_pool (pool_id, pool_epoch),
  CONSTRAINT orders_quantity CHECK (quantity >= 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- What the stream holds and the books cannot take as it is: kept for a person, never dropped.
CREATE TABLE parked_events (
  id         BIGINT NOT NULL AUTO_INCREMENT,
  shard      INT NOT NULL,
  event_id   VARCHAR(64) NOT NULL,
  kind       ENUM('unreadable', 'unknown_pool', 'conflict', 'oversold') NOT NULL,
  reason     VARCHAR(500) NOT NULL,
  payload    MEDIUMTEXT NOT NULL,
  -- For `oversold`: the sale, and the units that its posting could not take from stock.
  pool_id    BIGINT NULL,
  pool_epoch BIGINT NULL,
  posting_id BIGINT NULL,
  units      BIGINT NULL,
  attempts   INT NOT NULL DEFAULT 0,
  parked_at  DATETIME(6) NOT NULL,
  resolved_at DATETIME(6) NULL,
  resolution ENUM('settled', 'discarded') NULL,
  actor      VARCHAR(100) NULL,
  host       VARCHAR(255) NULL,
  source     VARCHAR(32) NULL,
  request_id VARBINARY(100) NULL,
  PRIMARY KEY (id),
  KEY parked_events_open (resolved_at, id),
  CONSTRAINT parked_events_resolved CHECK ((resolved_at IS NULL) = (resolution IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
