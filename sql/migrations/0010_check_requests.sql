-- Products about which a process has seen something that ought not to be, for a worker to check. One row a
-- product, so that a flood of bad answers is one request; the run that has looked takes it away when it ends,
-- unless somebody has asked again meanwhile.
CREATE TABLE check_requests (
  -- 0: nobody can tell which product; every pool is looked at.
  product_id BIGINT NOT NULL,
  -- How often somebody has asked.
  asked      BIGINT NOT NULL DEFAULT 1,
  -- What was seen first, and by whom.
  reason     VARCHAR(500) NOT NULL,
  request_id VARBINARY(100) NULL,
  actor      VARCHAR(100) NOT NULL,
  host       VARCHAR(255) NOT NULL,
  source     VARCHAR(32) NOT NULL,
  asked_at   DATETIME(6) NOT NULL,
  PRIMARY KEY (product_id),
  KEY check_requests_oldest (asked_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;
