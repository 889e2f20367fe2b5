-- Stock (one row to lock for each product and location) and the ledger (postings and movements).

CREATE TABLE stock (
  product_id  BIGINT NOT NULL,
  location_id BIGINT NOT NULL,
  on_hand     BIGINT NOT NULL DEFAULT 0,
  reserved    BIGINT NOT NULL DEFAULT 0,
  version     BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id, location_id),
  KEY stock_location (location_id),
  CONSTRAINT stock_product_fk FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT stock_location_fk FOREIGN KEY (location_id) REFERENCES locations (id),
  -- The last line of defence. The upper bound keeps every quantity exact in JSON and JavaScript (2^53 - 1).
  CONSTRAINT stock_never_negative CHECK (0 <= reserved AND reserved <= on_hand),
  CONSTRAINT stock_exact CHECK (on_hand <= 9007199254740991)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- One request = one posting. The answer a replay gives is rebuilt from the posting and its
-- movements, which never change; nothing is stored twice.
CREATE TABLE postings (
  id          BIGINT NOT NULL AUTO_INCREMENT,
  request_id  VARBINARY(100) NOT NULL,
  fingerprint BINARY(32) NOT NULL,
  kind        VARCHAR(16) NOT NULL,
  strategy    VARCHAR(16) NOT NULL,
  actor       VARCHAR(100) NOT NULL,
  host        VARCHAR(255) NOT NULL,
  source      VARCHAR(32) NOT NULL,
  reason      VARCHAR(200) NULL,
  reference   VARCHAR(200) NULL,
  supplier_id BIGINT NULL,
  reverses_id BIGINT NULL,
  occurred_at DATETIME(6) NOT NULL,
  posted_at   DATETIME(6) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY postings_request (request_id),
  UNIQUE KEY postings_reverses (reverses_id),
  KEY postings_supplier (supplier_id),
  CONSTRAINT postings_reverses_fk FOREIGN KEY (reverses_id) REFERENCES postings (id),
  CONSTRAINT postings_supplier_fk FOREIGN KEY (supplier_id) REFERENCES suppliers (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- No foreign key to stock, products or locations: its check would take a shared lock on the hot
-- row before the deciding UPDATE asks for an exclusive one, which is how deadlocks are made.
CREATE TABLE movements (
  id              BIGINT NOT NULL AUTO_INCREMENT,
  posting_id      BIGINT NOT NULL,
  line            INT NOT NULL,
  product_id      BIGINT NOT NULL,
  location_id     BIGINT NOT NULL,
  quantity        BIGINT NOT NULL,
  on_hand_after   BIGINT NOT NULL,
  available_after BIGINT NOT NULL,
  unit_cost       DECIMAL(18,4) NULL,
  PRIMARY KEY (id),
  UNIQUE KEY movements_line (posting_id, line),
  KEY movements_product (product_id, id),
  CONSTRAINT movements_posting_fk FOREIGN KEY (posting_id) REFERENCES postings (id),
  CONSTRAINT movements_quantity CHECK (quantity <> 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TRIGGER movements_refuse_update BEFORE UPDATE ON movements FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: movements are never changed';
CREATE TRIGGER movements_refuse_delete BEFORE DELETE ON movements FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: movements are never removed';
CREATE TRIGGER postings_refuse_update BEFORE UPDATE ON postings FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: postings are never changed';
CREATE TRIGGER postings_refuse_delete BEFORE DELETE ON postings FOR EACH ROW
  SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only: postings are never removed';
