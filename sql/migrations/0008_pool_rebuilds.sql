-- That Redis lost data, and how many sold units may be lost with it at most (quantity), stays in the history of a pool.
ALTER TABLE pool_operations
  MODIFY kind ENUM('open', 'top_up', 'close', 'return', 'release', 'rebuild') NOT NULL,
  ADD KEY pool_operations_kind (kind, done_at);
