-- Which process of Redis a shard was opened on last: another one may lack what was acknowledged last, and
-- what that is at most stays in the history of the pools also where Redis is opened again as it is (adopt).
ALTER TABLE settlement_progress
  ADD redis_run VARBINARY(64) NULL;
ALTER TABLE pool_operations
  MODIFY kind ENUM('open', 'top_up', 'close', 'return', 'release', 'rebuild', 'adopt') NOT NULL;
