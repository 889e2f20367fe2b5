import { parseSku } from '../../domain/parse/sku.ts';
import { suggest } from '../../lib/suggest.ts';
import type { Catalogue, CodeReference, ProductReference } from '../../ports/catalogue.ts';
import type { Database } from './database.ts';
import { askTogether, READS_IN_FLIGHT_MAX } from './together.ts';
import { integer } from './values.ts';

const BY_SKU = `
  SELECT p.id, p.sku
    FROM JSON_TABLE(?, '$[*]' COLUMNS (sku VARCHAR(64) CHARACTER SET ascii PATH '$')) AS asked
    STRAIGHT_JOIN products p ON p.sku = CAST(asked.sku AS BINARY)`;

const BY_BARCODE = `
  SELECT b.code, b.units_per_scan, p.id, p.sku
    FROM JSON_TABLE(?, '$[*]' COLUMNS (code VARCHAR(64) CHARACTER SET ascii PATH '$')) AS asked
    STRAIGHT_JOIN barcodes b ON b.code = CAST(asked.code AS BINARY)
    STRAIGHT_JOIN products p ON p.id = b.product_id`;

const byCode = (table: 'locations' | 'suppliers'): string => `
  SELECT t.id, t.code
    FROM JSON_TABLE(?, '$[*]' COLUMNS (code VARCHAR(64) CHARACTER SET ascii PATH '$')) AS asked
    STRAIGHT_JOIN ${table} t ON t.code = CAST(asked.code AS BINARY)`;

/** Active codes of about the same length: enough to suggest from, and never the whole catalogue. */
const SIMILAR = {
  product: similarQuery('products', 'sku'),
  location: similarQuery('locations', 'code'),
  supplier: similarQuery('suppliers', 'code'),
} as const;

const ASCII = /^[\x21-\x7e]{1,64}$/;

export function createCatalogue(database: Database): Catalogue {
  return {
    findProducts: foundTogether(database, (texts) => findProducts(database, texts)),
    findLocations: foundTogether(database, (codes) => findCodes(database, 'locations', codes)),
    findSuppliers: foundTogether(database, (codes) => findCodes(database, 'suppliers', codes)),
    similar: (kind, word) =>
      database.read(async (session) => {
        const rows = await session.rows<{ code: string }>(SIMILAR[kind], [
          word.length,
          word.length,
        ]);
        return suggest(
          word,
          rows.map((row) => row.code),
        );
      }),
  };
}

type Find<Found> = (texts: readonly string[]) => Promise<ReadonlyMap<string, Found>>;

/** While Redis is away, a rush asks for the same product all the time: those that come together ask once. */
function foundTogether<Found>({ label }: Database, find: Find<Found>): Find<Found> {
  return askTogether<readonly string[], ReadonlyMap<string, Found>>({
    label,
    unitsInFlightMax: READS_IN_FLIGHT_MAX,
    ask: async (all) => {
      const [only, ...others] = all;
      if (only !== undefined && others.length === 0) return [await find(only)];
      const found = await find([...new Set(all.flat())]);
      return all.map(
        (texts) =>
          new Map(
            texts.flatMap((text) => {
              const one = found.get(text);
              return one === undefined ? [] : [[text, one] as const];
            }),
          ),
      );
    },
  });
}

async function findProducts(
  database: Database,
  texts: readonly string[],
): Promise<ReadonlyMap<string, ProductReference>> {
  const skuOf = new Map<string, string>();
  for (const text of texts) {
    const sku = parseSku(text);
    if (sku.ok) skuOf.set(text, sku.value);
  }
  return database.read(async (session) => {
    const bySku = await session.rows<{ id: number; sku: string }>(BY_SKU, [
      JSON.stringify([...new Set(skuOf.values())]),
    ]);
    const idOf = new Map(bySku.map((row) => [row.sku, integer(row.id)]));
    const found = new Map<string, ProductReference>();
    const unknown: string[] = [];
    for (const text of texts) {
      const sku = skuOf.get(text);
      const id = sku === undefined ? undefined : idOf.get(sku);
      if (sku !== undefined && id !== undefined) found.set(text, { id, sku, unitsPerScan: 1 });
      else if (ASCII.test(text.trim())) unknown.push(text);
    }
    if (unknown.length === 0) return found;
    const rows = await session.rows<{
      code: string;
      units_per_scan: number;
      id: number;
      sku: string;
    }>(BY_BARCODE, [JSON.stringify([...new Set(unknown.map((text) => text.trim()))])]);
    const byBarcode = new Map(rows.map((row) => [row.code, row]));
    for (const text of unknown) {
      const row = byBarcode.get(text.trim());
      if (row === undefined) continue;
      const unitsPerScan = integer(row.units_per_scan);
      found.set(text, { id: integer(row.id), sku: row.sku, unitsPerScan });
    }
    return found;
  });
}

async function findCodes(
  database: Database,
  table: 'locations' | 'suppliers',
  codes: readonly string[],
): Promise<ReadonlyMap<string, CodeReference>> {
  if (codes.length === 0) return new Map();
  return database.read(async (session) => {
    const rows = await session.rows<{ id: number; code: string }>(byCode(table), [
      JSON.stringify([...new Set(codes)]),
    ]);
    return new Map(rows.map((row) => [row.code, { id: integer(row.id), code: row.code }]));
  });
}

function similarQuery(table: string, column: string): string {
  return `SELECT ${column} AS code FROM ${table}
           WHERE status = 'active' AND LENGTH(${column}) BETWEEN ? - 3 AND ? + 8 LIMIT 5000`;
}
