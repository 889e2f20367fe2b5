-- The schema of inv, as its migrations make it. Written by scripts/schema-dump.mjs; do not edit.
-- In the words of MariaDB (10.11 and newer): MySQL prints the same schema in other words.
-- Rows that migrations insert are not in it.

SET FOREIGN_KEY_CHECKS = 0;

CREATE TABLE `barcodes` (
  `code` varbinary(64) NOT NULL,
  `product_id` bigint(20) NOT NULL,
  `units_per_scan` bigint(20) NOT NULL DEFAULT 1,
  `created_at` datetime(6) NOT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `request_id` varbinary(100) NOT NULL,
  PRIMARY KEY (`code`),
  KEY `barcodes_product` (`product_id`),
  CONSTRAINT `barcodes_product_fk` FOREIGN KEY (`product_id`) REFERENCES `products` (`id`),
  CONSTRAINT `barcodes_units` CHECK (`units_per_scan` >= 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `check_requests` (
  `product_id` bigint(20) NOT NULL,
  `asked` bigint(20) NOT NULL DEFAULT 1,
  `reason` varchar(500) NOT NULL,
  `request_id` varbinary(100) DEFAULT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `asked_at` datetime(6) NOT NULL,
  PRIMARY KEY (`product_id`),
  KEY `check_requests_oldest` (`asked_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `ledger_seal_position` (
  `id` int(11) NOT NULL,
  `sealed_to` bigint(20) NOT NULL DEFAULT 0,
  `sealed_at` datetime(6) DEFAULT NULL,
  `candidate` bigint(20) DEFAULT NULL,
  `candidate_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `ledger_seal_position_one` CHECK (`id` = 1),
  CONSTRAINT `ledger_seal_position_grows` CHECK (`sealed_to` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `ledger_seals` (
  `product_id` bigint(20) NOT NULL,
  `location_id` bigint(20) NOT NULL,
  `quantity` bigint(20) NOT NULL,
  PRIMARY KEY (`product_id`,`location_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `locations` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `code` varbinary(64) NOT NULL,
  `name` varchar(200) NOT NULL,
  `status` enum('active','archived') NOT NULL DEFAULT 'active',
  `version` bigint(20) NOT NULL DEFAULT 1,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `request_id` varbinary(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `locations_code` (`code`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `movements` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `posting_id` bigint(20) NOT NULL,
  `line` int(11) NOT NULL,
  `product_id` bigint(20) NOT NULL,
  `location_id` bigint(20) NOT NULL,
  `quantity` bigint(20) NOT NULL,
  `on_hand_after` bigint(20) NOT NULL,
  `available_after` bigint(20) NOT NULL,
  `unit_cost` decimal(18,4) DEFAULT NULL,
  `pool_id` bigint(20) DEFAULT NULL,
  `pool_epoch` bigint(20) DEFAULT NULL,
  `pool_seq` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `movements_line` (`posting_id`,`line`),
  UNIQUE KEY `movements_pool` (`pool_id`,`pool_epoch`,`pool_seq`),
  KEY `movements_product` (`product_id`,`id`,`location_id`,`quantity`),
  CONSTRAINT `movements_posting_fk` FOREIGN KEY (`posting_id`) REFERENCES `postings` (`id`),
  CONSTRAINT `movements_quantity` CHECK (`quantity` <> 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `orders` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `request_id` varbinary(100) NOT NULL,
  `fingerprint` binary(32) NOT NULL,
  `state` enum('held','cancelled','expired','settled') NOT NULL,
  `product_id` bigint(20) NOT NULL,
  `location_id` bigint(20) NOT NULL,
  `quantity` bigint(20) NOT NULL,
  `buyer` varbinary(400) DEFAULT NULL,
  `reference` varchar(200) DEFAULT NULL,
  `pool_id` bigint(20) DEFAULT NULL,
  `pool_epoch` bigint(20) DEFAULT NULL,
  `deadline` datetime(6) DEFAULT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `orders_request` (`request_id`),
  KEY `orders_product` (`product_id`,`id`),
  KEY `orders_buyer` (`buyer`,`id`),
  KEY `orders_state` (`state`,`id`),
  KEY `orders_pool` (`pool_id`,`pool_epoch`),
  CONSTRAINT `orders_quantity` CHECK (`quantity` >= 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `parked_events` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `shard` int(11) NOT NULL,
  `event_id` varchar(64) NOT NULL,
  `kind` enum('unreadable','unknown_pool','conflict','oversold') NOT NULL,
  `reason` varchar(500) NOT NULL,
  `payload` mediumtext NOT NULL,
  `pool_id` bigint(20) DEFAULT NULL,
  `pool_epoch` bigint(20) DEFAULT NULL,
  `posting_id` bigint(20) DEFAULT NULL,
  `units` bigint(20) DEFAULT NULL,
  `attempts` int(11) NOT NULL DEFAULT 0,
  `parked_at` datetime(6) NOT NULL,
  `resolved_at` datetime(6) DEFAULT NULL,
  `resolution` enum('settled','discarded') DEFAULT NULL,
  `actor` varchar(100) DEFAULT NULL,
  `host` varchar(255) DEFAULT NULL,
  `source` varchar(32) DEFAULT NULL,
  `request_id` varbinary(100) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `parked_events_open` (`resolved_at`,`id`),
  CONSTRAINT `parked_events_resolved` CHECK (`resolved_at` is null = (`resolution` is null))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `pool_operations` (
  `request_id` varbinary(100) NOT NULL,
  `fingerprint` binary(32) DEFAULT NULL,
  `kind` enum('open','top_up','close','return','release','rebuild','adopt') NOT NULL,
  `pool_id` bigint(20) NOT NULL,
  `epoch` bigint(20) NOT NULL,
  `seq` bigint(20) DEFAULT NULL,
  `quantity` bigint(20) NOT NULL,
  `reason` varchar(200) DEFAULT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `done_at` datetime(6) NOT NULL,
  PRIMARY KEY (`request_id`),
  KEY `pool_operations_pool` (`pool_id`),
  KEY `pool_operations_kind` (`kind`,`done_at`),
  CONSTRAINT `pool_operations_quantity` CHECK (`quantity` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `pools` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `product_id` bigint(20) NOT NULL,
  `location_id` bigint(20) NOT NULL,
  `bucket` int(11) NOT NULL,
  `shard` int(11) NOT NULL,
  `epoch` bigint(20) NOT NULL DEFAULT 1,
  `sale_epoch` bigint(20) NOT NULL DEFAULT 1,
  `state` enum('open','closing','closed') NOT NULL,
  `grant_version` bigint(20) NOT NULL DEFAULT 1,
  `delegated` bigint(20) NOT NULL,
  `settled_seq` bigint(20) NOT NULL DEFAULT 0,
  `settled_cum` bigint(20) NOT NULL DEFAULT 0,
  `settled_ret` bigint(20) NOT NULL DEFAULT 0,
  `sold` bigint(20) NOT NULL DEFAULT 0,
  `returned` bigint(20) NOT NULL DEFAULT 0,
  `duplicates` bigint(20) NOT NULL DEFAULT 0,
  `short_units` bigint(20) NOT NULL DEFAULT 0,
  `quarantine` bigint(20) NOT NULL DEFAULT 0,
  `floor_units` bigint(20) NOT NULL DEFAULT 0,
  `per_buyer` bigint(20) DEFAULT NULL,
  `starts_at_ms` bigint(20) DEFAULT NULL,
  `ends_at_ms` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `pools_bucket` (`product_id`,`location_id`,`bucket`),
  KEY `pools_shard` (`shard`,`state`),
  KEY `pools_location` (`location_id`),
  CONSTRAINT `pools_location_fk` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`),
  CONSTRAINT `pools_product_fk` FOREIGN KEY (`product_id`) REFERENCES `products` (`id`),
  CONSTRAINT `pools_shard_fk` FOREIGN KEY (`shard`) REFERENCES `settlement_progress` (`shard`),
  CONSTRAINT `pools_bucket_number` CHECK (`bucket` >= 0),
  CONSTRAINT `pools_epochs` CHECK (1 <= `sale_epoch` and `sale_epoch` <= `epoch` and `grant_version` >= 1),
  CONSTRAINT `pools_cover` CHECK (0 <= `settled_cum` and `settled_cum` <= `delegated`),
  CONSTRAINT `pools_counts` CHECK (`sold` + `returned` + `duplicates` = `settled_cum` and `settled_ret` = `returned`),
  CONSTRAINT `pools_never_negative` CHECK (`sold` >= 0 and `returned` >= 0 and `duplicates` >= 0 and `settled_seq` >= 0),
  CONSTRAINT `pools_aside` CHECK (`short_units` >= 0 and `quarantine` >= 0 and `floor_units` >= 0 and `per_buyer` >= 1),
  CONSTRAINT `pools_closed_empty` CHECK (`state` <> 'closed' or `settled_cum` = `delegated`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `postings` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `request_id` varbinary(100) NOT NULL,
  `fingerprint` binary(32) NOT NULL,
  `kind` varchar(16) NOT NULL,
  `strategy` varchar(16) NOT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `reason` varchar(200) DEFAULT NULL,
  `reference` varchar(200) DEFAULT NULL,
  `supplier_id` bigint(20) DEFAULT NULL,
  `reverses_id` bigint(20) DEFAULT NULL,
  `occurred_at` datetime(6) NOT NULL,
  `posted_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `postings_request` (`request_id`),
  UNIQUE KEY `postings_reverses` (`reverses_id`),
  KEY `postings_supplier` (`supplier_id`),
  CONSTRAINT `postings_reverses_fk` FOREIGN KEY (`reverses_id`) REFERENCES `postings` (`id`),
  CONSTRAINT `postings_supplier_fk` FOREIGN KEY (`supplier_id`) REFERENCES `suppliers` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `product_suppliers` (
  `product_id` bigint(20) NOT NULL,
  `supplier_id` bigint(20) NOT NULL,
  `supplier_sku` varchar(100) DEFAULT NULL,
  `cost` decimal(18,4) DEFAULT NULL,
  `lead_days` bigint(20) DEFAULT NULL,
  `minimum_order` bigint(20) DEFAULT NULL,
  `preferred` tinyint(4) DEFAULT NULL,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `request_id` varbinary(100) NOT NULL,
  PRIMARY KEY (`product_id`,`supplier_id`),
  UNIQUE KEY `product_suppliers_preferred` (`product_id`,`preferred`),
  KEY `product_suppliers_supplier` (`supplier_id`),
  CONSTRAINT `product_suppliers_product_fk` FOREIGN KEY (`product_id`) REFERENCES `products` (`id`),
  CONSTRAINT `product_suppliers_supplier_fk` FOREIGN KEY (`supplier_id`) REFERENCES `suppliers` (`id`),
  CONSTRAINT `product_suppliers_numbers` CHECK (`cost` >= 0 and `lead_days` >= 0 and `minimum_order` >= 1),
  CONSTRAINT `product_suppliers_one_preferred` CHECK (`preferred` = 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `products` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `sku` varbinary(64) NOT NULL,
  `name` varchar(200) NOT NULL,
  `unit` varchar(16) NOT NULL DEFAULT 'pcs',
  `min_level` bigint(20) NOT NULL DEFAULT 0,
  `safety_stock` bigint(20) NOT NULL DEFAULT 0,
  `cost` decimal(18,4) DEFAULT NULL,
  `status` enum('active','archived') NOT NULL DEFAULT 'active',
  `version` bigint(20) NOT NULL DEFAULT 1,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `request_id` varbinary(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `products_sku` (`sku`),
  CONSTRAINT `products_levels` CHECK (`min_level` >= 0 and `safety_stock` >= 0),
  CONSTRAINT `products_cost` CHECK (`cost` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `reconcile_findings` (
  `run_id` varbinary(36) NOT NULL,
  `number` int(11) NOT NULL,
  `check_code` varchar(40) NOT NULL,
  `severity` enum('notice','drift','violation') NOT NULL,
  `subject` varchar(200) NOT NULL,
  `product_id` bigint(20) DEFAULT NULL,
  `location_id` bigint(20) DEFAULT NULL,
  `expected` bigint(20) DEFAULT NULL,
  `actual` bigint(20) DEFAULT NULL,
  `in_flight` bigint(20) DEFAULT NULL,
  `evidence` varchar(1000) NOT NULL,
  `remedy` text NOT NULL,
  `outcome` enum('open','repaired','gone','stale','failed') NOT NULL DEFAULT 'open',
  `reason` varchar(1000) DEFAULT NULL,
  `begun_at` datetime(6) DEFAULT NULL,
  `request_id` varbinary(100) DEFAULT NULL,
  `before_text` varchar(200) DEFAULT NULL,
  `after_text` varchar(200) DEFAULT NULL,
  `actor` varchar(100) DEFAULT NULL,
  `host` varchar(255) DEFAULT NULL,
  `source` varchar(32) DEFAULT NULL,
  `repaired_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`run_id`,`number`),
  UNIQUE KEY `reconcile_findings_request` (`request_id`),
  KEY `reconcile_findings_product` (`product_id`,`run_id`),
  KEY `reconcile_findings_begun` (`begun_at`),
  CONSTRAINT `reconcile_findings_run_fk` FOREIGN KEY (`run_id`) REFERENCES `reconcile_runs` (`run_id`),
  CONSTRAINT `reconcile_findings_receipt` CHECK (`outcome` = 'repaired' = (`repaired_at` is not null))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `reconcile_runs` (
  `run_id` varbinary(36) NOT NULL,
  `mode` enum('check','fix','plan','apply') NOT NULL,
  `plan_run_id` varbinary(36) DEFAULT NULL,
  `scope` varchar(200) NOT NULL,
  `skus` mediumtext DEFAULT NULL,
  `status` enum('running','clean','drift','repaired','inconclusive') NOT NULL,
  `checked` text DEFAULT NULL,
  `findings` int(11) NOT NULL DEFAULT 0,
  `violations` int(11) NOT NULL DEFAULT 0,
  `repaired` int(11) NOT NULL DEFAULT 0,
  `inconclusive` int(11) NOT NULL DEFAULT 0,
  `unchecked` mediumtext DEFAULT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `started_at` datetime(6) NOT NULL,
  `ended_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`run_id`),
  KEY `reconcile_runs_started` (`started_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `schema_migrations` (
  `version` int(11) NOT NULL,
  `name` varchar(100) NOT NULL,
  `checksum` char(64) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL,
  `started_at` datetime(6) NOT NULL,
  `applied_at` datetime(6) DEFAULT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `settlement_log` (
  `shard` int(11) NOT NULL,
  `version` bigint(20) NOT NULL,
  `token` binary(16) NOT NULL,
  `logged_at` datetime(6) NOT NULL,
  PRIMARY KEY (`shard`,`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `settlement_progress` (
  `shard` int(11) NOT NULL,
  `generation` bigint(20) NOT NULL DEFAULT 0,
  `version` bigint(20) NOT NULL DEFAULT 0,
  `watermark_ms` bigint(20) NOT NULL DEFAULT 0,
  `watermark_seq` bigint(20) NOT NULL DEFAULT 0,
  `recover_request` bigint(20) DEFAULT NULL,
  `state` enum('ready','frozen') NOT NULL DEFAULT 'ready',
  `frozen_reason` varchar(500) DEFAULT NULL,
  `foreign_version` bigint(20) DEFAULT NULL,
  `foreign_token` binary(16) DEFAULT NULL,
  `loss_limit` bigint(20) DEFAULT NULL,
  `redis_run` varbinary(64) DEFAULT NULL,
  PRIMARY KEY (`shard`),
  CONSTRAINT `settlement_progress_grows` CHECK (`shard` >= 0 and `generation` >= 0 and `version` >= 0),
  CONSTRAINT `settlement_progress_watermark` CHECK (`watermark_ms` >= 0 and `watermark_seq` >= 0),
  CONSTRAINT `settlement_progress_loss` CHECK (`loss_limit` >= 1)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `stock` (
  `product_id` bigint(20) NOT NULL,
  `location_id` bigint(20) NOT NULL,
  `on_hand` bigint(20) NOT NULL DEFAULT 0,
  `reserved` bigint(20) NOT NULL DEFAULT 0,
  `version` bigint(20) NOT NULL DEFAULT 0,
  `fence` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`product_id`,`location_id`),
  KEY `stock_location` (`location_id`),
  CONSTRAINT `stock_location_fk` FOREIGN KEY (`location_id`) REFERENCES `locations` (`id`),
  CONSTRAINT `stock_product_fk` FOREIGN KEY (`product_id`) REFERENCES `products` (`id`),
  CONSTRAINT `stock_never_negative` CHECK (0 <= `reserved` and `reserved` <= `on_hand`),
  CONSTRAINT `stock_exact` CHECK (`on_hand` <= 9007199254740991),
  CONSTRAINT `stock_fence_counts` CHECK (`fence` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

CREATE TABLE `suppliers` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `code` varbinary(64) NOT NULL,
  `name` varchar(200) NOT NULL,
  `contact` varchar(200) DEFAULT NULL,
  `phone` varchar(200) DEFAULT NULL,
  `email` varchar(200) DEFAULT NULL,
  `lead_days` bigint(20) DEFAULT NULL,
  `status` enum('active','archived') NOT NULL DEFAULT 'active',
  `version` bigint(20) NOT NULL DEFAULT 1,
  `created_at` datetime(6) NOT NULL,
  `updated_at` datetime(6) NOT NULL,
  `actor` varchar(100) NOT NULL,
  `host` varchar(255) NOT NULL,
  `source` varchar(32) NOT NULL,
  `request_id` varbinary(100) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `suppliers_code` (`code`),
  CONSTRAINT `suppliers_lead` CHECK (`lead_days` >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

DELIMITER $$

CREATE TRIGGER movements_refuse_delete BEFORE DELETE ON movements FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: movements are never removed' $$

CREATE TRIGGER movements_refuse_update BEFORE UPDATE ON movements FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: movements are never changed' $$

CREATE TRIGGER postings_refuse_delete BEFORE DELETE ON postings FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: postings are never removed' $$

CREATE TRIGGER postings_refuse_update BEFORE UPDATE ON postings FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: postings are never changed' $$

CREATE PROCEDURE `post_one_line`(
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
END $$

DELIMITER ;
