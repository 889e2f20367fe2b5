-- The strategy `lock`: the highest fencing token that has written to the row. An owner of a lock that
-- expired comes with a lower one, or with the same, and is refused.
ALTER TABLE stock
  ADD COLUMN fence BIGINT NOT NULL DEFAULT 0,
  ADD CONSTRAINT stock_fence_counts CHECK (fence >= 0);
