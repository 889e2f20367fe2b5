-- The conditional strategy for a posting of one line, in one round trip: the lock on the hot
-- stock row lives inside the server only. The guarded UPDATE decides; nothing read before it does.
-- Returns one row: outcome (posted | exists | insufficient | archived | no_stock_row), posting_id,
-- movement_id, on_hand and reserved (after the posting, or as they stand when it is refused).
-- The status is read after the stock row is locked: archiving locks the same row first.

CREATE PROCEDURE post_one_line(
  IN p_request_id VARBINARY(100), IN p_fingerprint BINARY(32), IN p_kind VARCHAR(16) CHARACTER SET utf8mb4,
  IN p_strategy VARCHAR(16) CHARACTER SET utf8mb4,
  IN p_actor VARCHAR(100) CHARACTER SET utf8mb4, IN p_host VARCHAR(255) CHARACTER SET utf8mb4,
  IN p_source VARCHAR(32) CHARACTER SET utf8mb4, IN p_reason VARCHAR(200) CHARACTER SET utf8mb4,
  IN p_reference VARCHAR(200) CHARACTER SET utf8mb4, IN p_supplier_id BIGINT, IN p_occurred_at DATETIME(6),
  IN p_product_id BIGINT, IN p_location_id BIGINT, IN p_quantity BIGINT, IN p_unit_cost DECIMAL(18,4)
)
SQL SECURITY INVOKER
post_one_line: BEGIN
  DECLARE v_posting_id, v_movement_id, v_on_hand, v_reserved BIGINT DEFAULT NULL;
  DECLARE v_changed INT DEFAULT 0;
  DECLARE v_product_status, v_location_status VARCHAR(16) CHARACTER SET utf8mb4 DEFAULT NULL;
  DECLARE v_now DATETIME(6) DEFAULT UTC_TIMESTAMP(6);
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
  DECLARE EXIT HANDLER FOR 1062 BEGIN
    ROLLBACK;
    SELECT 'exists' AS outcome, NULL AS posting_id, NULL AS movement_id, NULL AS on_hand, NULL AS reserved, NULL AS posted_at;
  END;

  START TRANSACTION;
  INSERT INTO postings (request_id, fingerprint, kind, strategy, actor, host, source, reason, reference,
                        supplier_id, occurred_at, posted_at)
  VALUES (p_request_id, p_fingerprint, p_kind, p_strategy, p_actor, p_host, p_source, p_reason, p_reference,
          p_supplier_id, COALESCE(p_occurred_at, v_now), v_now);
  SET v_posting_id = LAST_INSERT_ID();
  UPDATE stock SET on_hand = on_hand + p_quantity, version = version + 1
   WHERE product_id = p_product_id AND location_id = p_location_id
     AND (p_quantity > 0 OR on_hand - reserved >= -p_quantity);
  SET v_changed = ROW_COUNT();
  SELECT s.on_hand, s.reserved, p.status, l.status
    INTO v_on_hand, v_reserved, v_product_status, v_location_status
    FROM stock s JOIN products p ON p.id = s.product_id JOIN locations l ON l.id = s.location_id
   WHERE s.product_id = p_product_id AND s.location_id = p_location_id;
  IF v_on_hand IS NULL OR v_changed = 0 OR v_product_status <> 'active' OR v_location_status <> 'active' THEN
    ROLLBACK;
    SELECT CASE WHEN v_on_hand IS NULL THEN 'no_stock_row'
                WHEN v_product_status <> 'active' OR v_location_status <> 'active' THEN 'archived'
                ELSE 'insufficient' END AS outcome,
           NULL AS posting_id, NULL AS movement_id, v_on_hand AS on_hand, v_reserved AS reserved, NULL AS posted_at;
    LEAVE post_one_line;
  END IF;
  INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after, unit_cost)
  VALUES (v_posting_id, 1, p_product_id, p_location_id, p_quantity, v_on_hand, v_on_hand - v_reserved, p_unit_cost);
  SET v_movement_id = LAST_INSERT_ID();
  COMMIT;
  SELECT 'posted' AS outcome, v_posting_id AS posting_id, v_movement_id AS movement_id,
         v_on_hand AS on_hand, v_reserved AS reserved, v_now AS posted_at;
END;
