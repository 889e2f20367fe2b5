-- Products, barcodes, suppliers, locations.
-- Codes are VARBINARY: a binary, no-pad comparison on MySQL and MariaDB alike, so that R1, r1 and
-- 'R1 ' can never be one key in one store and three in another. Text for people is utf8mb4.
-- Every row says who wrote it last: actor, host, source, request_id.

CREATE TABLE products (
  id           BIGINT NOT NULL AUTO_INCREMENT,
  sku          VARBINARY(64) NOT NULL,
  name         VARCHAR(200) NOT NULL,
  unit         VARCHAR(16) NOT NULL DEFAULT 'pcs',
  min_level    BIGINT NOT NULL DEFAULT 0,
  safety_stock BIGINT NOT NULL DEFAULT 0,
  cost         DECIMAL(18,4) NULL,
  status       ENUM('active', 'archived') NOT NULL DEFAULT 'active',
  version      BIGINT NOT NULL DEFAULT 1,
  created_at   DATETIME(6) NOT NULL,
  updated_at   DATETIME(6) NOT NULL,
  actor        VARCHAR(100) NOT NULL,
  host         VARCHAR(255) NOT NULL,
  source       VARCHAR(32) NOT NULL,
  request_id   VARBINARY(100) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY products_sku (sku),
  CONSTRAINT products_levels CHECK (min_level >= 0 AND safety_stock >= 0),
  CONSTRAINT products_cost CHECK (cost >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE barcodes (
  code           VARBINARY(64) NOT NULL,
  product_id     BIGINT NOT NULL,
  units_per_scan BIGINT NOT NULL DEFAULT 1,
  created_at     DATETIME(6) NOT NULL,
  actor          VARCHAR(100) NOT NULL,
  host           VARCHAR(255) NOT NULL,
  source         VARCHAR(32) NOT NULL,
  request_id     VARBINARY(100) NOT NULL,
  PRIMARY KEY (code),
  KEY barcodes_product (product_id),
  CONSTRAINT barcodes_product_fk FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT barcodes_units CHECK (units_per_scan >= 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE suppliers (
  id         BIGINT NOT NULL AUTO_INCREMENT,
  code       VARBINARY(64) NOT NULL,
  name       VARCHAR(200) NOT NULL,
  contact    VARCHAR(200) NULL,
  phone      VARCHAR(200) NULL,
  email      VARCHAR(200) NULL,
  lead_days  BIGINT NULL,
  status     ENUM('active', 'archived') NOT NULL DEFAULT 'active',
  version    BIGINT NOT NULL DEFAULT 1,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  actor      VARCHAR(100) NOT NULL,
  host       VARCHAR(255) NOT NULL,
  source     VARCHAR(32) NOT NULL,
  request_id VARBINARY(100) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY suppliers_code (code),
  CONSTRAINT suppliers_lead CHECK (lead_days >= 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

-- preferred is 1 or NULL, so that the unique key allows one preferred supplier a product.
CREATE TABLE product_suppliers (
  product_id    BIGINT NOT NULL,
  supplier_id   BIGINT NOT NULL,
  supplier_sku  VARCHAR(100) NULL,
  cost          DECIMAL(18,4) NULL,
  lead_days     BIGINT NULL,
  minimum_order BIGINT NULL,
  preferred     TINYINT NULL,
  created_at    DATETIME(6) NOT NULL,
  updated_at    DATETIME(6) NOT NULL,
  actor         VARCHAR(100) NOT NULL,
  host          VARCHAR(255) NOT NULL,
  source        VARCHAR(32) NOT NULL,
  request_id    VARBINARY(100) NOT NULL,
  PRIMARY KEY (product_id, supplier_id),
  UNIQUE KEY product_suppliers_preferred (product_id, preferred),
  KEY product_suppliers_supplier (supplier_id),
  CONSTRAINT product_suppliers_product_fk FOREIGN KEY (product_id) REFERENCES products (id),
  CONSTRAINT product_suppliers_supplier_fk FOREIGN KEY (supplier_id) REFERENCES suppliers (id),
  CONSTRAINT product_suppliers_numbers CHECK (cost >= 0 AND lead_days >= 0 AND minimum_order >= 1),
  CONSTRAINT product_suppliers_one_preferred CHECK (preferred = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

CREATE TABLE locations (
  id         BIGINT NOT NULL AUTO_INCREMENT,
  code       VARBINARY(64) NOT NULL,
  name       VARCHAR(200) NOT NULL,
  status     ENUM('active', 'archived') NOT NULL DEFAULT 'active',
  version    BIGINT NOT NULL DEFAULT 1,
  created_at DATETIME(6) NOT NULL,
  updated_at DATETIME(6) NOT NULL,
  actor      VARCHAR(100) NOT NULL,
  host       VARCHAR(255) NOT NULL,
  source     VARCHAR(32) NOT NULL,
  request_id VARBINARY(100) NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY locations_code (code)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci;

INSERT INTO locations (code, name, created_at, updated_at, actor, host, source, request_id)
VALUES ('MAIN', 'Main warehouse', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'inv', 'migration', 'migration', 'migration:0001');
