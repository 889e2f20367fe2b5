import { parseSku } from '../../domain/parse/sku.ts';
import { assert } from '../../lib/assert.ts';
import type {
  ChangedProduct,
  ImportedBarcode,
  ImportedLink,
  ImportedProduct,
  ProductImportOptions,
  ProductWrites,
} from '../../ports/product-import.ts';
import { Overtaken } from './import-transaction.ts';
import type { Parameter, Session } from './session.ts';

/** Rows travel as one JSON parameter: the SQL stays constant, and escaping is JSON's. */
const PRODUCTS_TABLE = `
  JSON_TABLE(?, '$[*]' COLUMNS (
    line INT PATH '$[0]', sku VARCHAR(64) CHARACTER SET ascii PATH '$[1]',
    name VARCHAR(200) CHARACTER SET utf8mb4 PATH '$[2]', unit VARCHAR(16) CHARACTER SET utf8mb4 PATH '$[3]',
    min_level BIGINT PATH '$[4]', safety_stock BIGINT PATH '$[5]', cost DECIMAL(18,4) PATH '$[6]',
    id BIGINT PATH '$[7]', version BIGINT PATH '$[8]')) AS j`;

const INSERT_PRODUCTS = `
  INSERT INTO products (sku, name, unit, min_level, safety_stock, cost, created_at, updated_at,
                        actor, host, source, request_id)
  SELECT j.sku, j.name, j.unit, j.min_level, j.safety_stock, j.cost, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6),
         ?, ?, ?, CONCAT(?, ':', j.line)
    FROM ${PRODUCTS_TABLE}`;

const LAST_PRODUCT = 'SELECT COALESCE(MAX(id), 0) AS id FROM products';

/** Of the products after the last one: those of this file that have no stock row yet, which are ours. */
const INSERT_STOCK = `
  INSERT INTO stock (product_id, location_id)
  SELECT p.id, ?
    FROM products p FORCE INDEX (PRIMARY)
   WHERE p.id > ? AND p.request_id LIKE CONCAT(?, ':%')
     AND NOT EXISTS (SELECT 1 FROM stock s WHERE s.product_id = p.id)`;

const UPDATE_PRODUCTS = `
  UPDATE ${PRODUCTS_TABLE} STRAIGHT_JOIN products p FORCE INDEX (PRIMARY) ON p.id = j.id
     SET p.name = j.name, p.unit = j.unit, p.min_level = j.min_level, p.safety_stock = j.safety_stock,
         p.cost = j.cost, p.version = p.version + 1, p.updated_at = UTC_TIMESTAMP(6),
         p.actor = ?, p.host = ?, p.source = ?, p.request_id = CONCAT(?, ':', j.line)
   WHERE p.version = j.version`;

const INSERT_BARCODES = `
  INSERT INTO barcodes (code, product_id, units_per_scan, created_at, actor, host, source, request_id)
  SELECT j.code, p.id, j.units, UTC_TIMESTAMP(6), ?, ?, ?, CONCAT(?, ':', j.line)
    FROM JSON_TABLE(?, '$[*]' COLUMNS (
           line INT PATH '$[0]', sku VARCHAR(64) CHARACTER SET ascii PATH '$[1]',
           code VARCHAR(64) CHARACTER SET ascii PATH '$[2]', units BIGINT PATH '$[3]')) AS j
    STRAIGHT_JOIN products p FORCE INDEX (products_sku) ON p.sku = CAST(j.sku AS BINARY)`;

/** With a lock, as the look-up that it saves: a barcode that is about to be committed is waited for. */
const ANY_BARCODE = 'SELECT 1 AS found FROM barcodes LIMIT 1 LOCK IN SHARE MODE';

/** Codes that mean two things; read with a lock after the write, so that of two writers one sees the other. */
const SELECT_SKUS_AS_BARCODES = `
  SELECT b.code
    FROM JSON_TABLE(?, '$[*]' COLUMNS (code VARCHAR(64) CHARACTER SET ascii PATH '$[0]',
                                       sku VARCHAR(64) CHARACTER SET ascii PATH '$[1]')) AS j
    STRAIGHT_JOIN barcodes b FORCE INDEX (PRIMARY) ON b.code = CAST(j.code AS BINARY)
    STRAIGHT_JOIN products p ON p.id = b.product_id AND p.sku <> CAST(j.sku AS BINARY)
   LIMIT 1 LOCK IN SHARE MODE`;

const SELECT_BARCODES_AS_SKUS = `
  SELECT p.sku
    FROM JSON_TABLE(?, '$[*]' COLUMNS (code VARCHAR(64) CHARACTER SET ascii PATH '$[0]',
                                       sku VARCHAR(64) CHARACTER SET ascii PATH '$[1]')) AS j
    STRAIGHT_JOIN products p FORCE INDEX (products_sku) ON p.sku = CAST(j.code AS BINARY) AND p.sku <> CAST(j.sku AS BINARY)
   LIMIT 1 LOCK IN SHARE MODE`;

const LINKS_TABLE = `
  JSON_TABLE(?, '$[*]' COLUMNS (
    line INT PATH '$[0]', sku VARCHAR(64) CHARACTER SET ascii PATH '$[1]',
    supplier_id BIGINT PATH '$[2]')) AS j STRAIGHT_JOIN products p FORCE INDEX (products_sku) ON p.sku = CAST(j.sku AS BINARY)`;

const CLEAR_PREFERRED = `
  UPDATE ${LINKS_TABLE} STRAIGHT_JOIN product_suppliers ps ON ps.product_id = p.id
     SET ps.preferred = NULL, ps.updated_at = UTC_TIMESTAMP(6),
         ps.actor = ?, ps.host = ?, ps.source = ?, ps.request_id = CONCAT(?, ':', j.line)
   WHERE ps.preferred = 1 AND ps.supplier_id <> j.supplier_id`;

const SET_PREFERRED = `
  UPDATE ${LINKS_TABLE}
    STRAIGHT_JOIN product_suppliers ps ON ps.product_id = p.id AND ps.supplier_id = j.supplier_id
     SET ps.preferred = 1, ps.updated_at = UTC_TIMESTAMP(6),
         ps.actor = ?, ps.host = ?, ps.source = ?, ps.request_id = CONCAT(?, ':', j.line)`;

const INSERT_LINKS = `
  INSERT INTO product_suppliers (product_id, supplier_id, preferred, created_at, updated_at,
                                 actor, host, source, request_id)
  SELECT p.id, j.supplier_id, 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), ?, ?, ?, CONCAT(?, ':', j.line)
    FROM ${LINKS_TABLE}
    LEFT JOIN product_suppliers ps ON ps.product_id = p.id AND ps.supplier_id = j.supplier_id
   WHERE ps.product_id IS NULL`;

/** Writes one batch. @throws Overtaken when a code or a version is no longer as it was looked up */
export async function writeProducts(
  session: Session,
  { created, changed, barcodes, links }: ProductWrites,
  options: ProductImportOptions,
): Promise<void> {
  const signed = [options.actor, options.host, options.source, options.requestIdPrefix];
  if (created.length > 0) await insertProducts(session, created, { signed, options });
  if (changed.length > 0) {
    const { matched } = await session.run(UPDATE_PRODUCTS, [productRows(changed), ...signed]);
    if (matched !== changed.length) throw new Overtaken('a product was changed meanwhile');
  }
  if (barcodes.length > 0) await writeBarcodes(session, barcodes, signed);
  if (links.length > 0) await writeLinks(session, links, signed);
}

async function insertProducts(
  session: Session,
  created: readonly ImportedProduct[],
  {
    signed,
    options,
  }: { readonly signed: readonly Parameter[]; readonly options: ProductImportOptions },
): Promise<void> {
  const [last] = await session.rows<{ id: number }>(LAST_PRODUCT);
  await session.run(INSERT_PRODUCTS, [...signed, productRows(created)]);
  const { matched } = await session.run(INSERT_STOCK, [
    options.locationId,
    last?.id ?? 0,
    likePrefix(options.requestIdPrefix),
  ]);
  assert(matched === created.length, 'each new product gets one stock row');
  if ((await session.rows(ANY_BARCODE)).length === 0) return;
  await refuseSecondMeaning(session, SELECT_SKUS_AS_BARCODES, spellingsOf(created));
}

/** A request id may hold `_`, which to LIKE is a wildcard. */
function likePrefix(prefix: string): string {
  return prefix.replace(/[\\%_]/g, '\\$&');
}

async function writeBarcodes(
  session: Session,
  barcodes: readonly ImportedBarcode[],
  signed: readonly Parameter[],
): Promise<void> {
  const rows = barcodes.map(({ line, sku, code, unitsPerScan }) => [line, sku, code, unitsPerScan]);
  await session.run(INSERT_BARCODES, [...signed, JSON.stringify(rows)]);
  const asSkus = barcodes.flatMap(({ code, sku }) => {
    const read = parseSku(code);
    return read.ok ? [[read.value, sku]] : [];
  });
  await refuseSecondMeaning(session, SELECT_BARCODES_AS_SKUS, asSkus);
}

async function writeLinks(
  session: Session,
  links: readonly ImportedLink[],
  signed: readonly Parameter[],
): Promise<void> {
  const rows = JSON.stringify(links.map(({ line, sku, supplierId }) => [line, sku, supplierId]));
  await session.run(CLEAR_PREFERRED, [rows, ...signed]);
  await session.run(SET_PREFERRED, [rows, ...signed]);
  await session.run(INSERT_LINKS, [...signed, rows]);
}

async function refuseSecondMeaning(
  session: Session,
  select: string,
  pairs: readonly (readonly string[])[],
): Promise<void> {
  if (pairs.length === 0) return;
  const rows = await session.rows(select, [JSON.stringify(pairs)]);
  if (rows.length > 0) throw new Overtaken('a code has got another meaning meanwhile');
}

/** A scanner may give a SKU in small letters too. */
function spellingsOf(products: readonly ImportedProduct[]): readonly (readonly string[])[] {
  return products.flatMap(({ sku }) => {
    const small = sku.toLowerCase();
    return small === sku
      ? [[sku, sku]]
      : [
          [sku, sku],
          [small, sku],
        ];
  });
}

function productRows(products: readonly (ImportedProduct | ChangedProduct)[]): string {
  return JSON.stringify(
    products.map((product) => [
      product.line,
      product.sku,
      product.name,
      product.unit,
      product.minLevel,
      product.safetyStock,
      product.cost,
      ...('id' in product ? [product.id, product.version] : []),
    ]),
  );
}
