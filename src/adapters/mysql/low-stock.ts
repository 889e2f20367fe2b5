import type { Offer } from '../../domain/order-proposal.ts';
import type { LowStock } from '../../ports/stock-reader.ts';
import type { Session } from './session.ts';
import { integer, money } from './values.ts';

const SELECT_LOW = `
  SELECT p.id, p.sku, p.name, p.min_level, p.cost,
         COALESCE(SUM(s.on_hand - s.reserved), 0) AS available
    FROM (SELECT id, sku, name, min_level, cost, status FROM products FORCE INDEX (products_sku)
           WHERE sku > CAST(? AS BINARY) ORDER BY sku LIMIT ?) AS p
    LEFT JOIN stock s ON s.product_id = p.id AND (? IS NULL OR s.location_id = ?)
   WHERE p.status = 'active' AND p.min_level > 0
   GROUP BY p.id, p.sku, p.name, p.min_level, p.cost
  HAVING available < p.min_level
   ORDER BY p.sku`;

const SELECT_EDGE = `
  SELECT MAX(p.sku) AS edge, COUNT(*) AS seen
    FROM (SELECT sku FROM products FORCE INDEX (products_sku)
           WHERE sku > CAST(? AS BINARY) ORDER BY sku LIMIT ?) AS p`;

const SELECT_OFFERS = `
  SELECT ps.product_id, su.code, ps.supplier_sku, ps.cost, COALESCE(ps.lead_days, su.lead_days) AS lead_days,
         ps.minimum_order, ps.preferred
    FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked
    STRAIGHT_JOIN product_suppliers ps ON ps.product_id = asked.id
    STRAIGHT_JOIN suppliers su ON su.id = ps.supplier_id
   WHERE su.status = 'active'
   ORDER BY ps.product_id, su.code`;

interface LowRow {
  id: number;
  sku: string;
  name: string;
  min_level: number;
  cost: string | null;
  available: string;
}

interface OfferRow {
  product_id: number;
  code: string;
  supplier_sku: string | null;
  cost: string | null;
  lead_days: number | null;
  minimum_order: number | null;
  preferred: number | null;
}

export interface LowStockPage {
  readonly rows: readonly LowStock[];
  /** SKU after which to go on; null = the list ends here. */
  readonly next: string | null;
}

/** Those among the next so many products that are below their minimum. */
export async function readLowStockPage(
  session: Session,
  { locationId }: { readonly locationId: number | null },
  { after, size }: { readonly after: string; readonly size: number },
): Promise<LowStockPage> {
  const limit = String(size);
  const low = await session.rows<LowRow>(SELECT_LOW, [after, limit, locationId, locationId]);
  const offers = await readOffers(
    session,
    low.map((row) => integer(row.id)),
  );
  const [edge] = await session.rows<{ edge: string | null; seen: number }>(SELECT_EDGE, [
    after,
    limit,
  ]);
  const isLast = edge === undefined || integer(edge.seen) < size;
  return {
    rows: low.map((row) => lowFrom(row, offers.get(integer(row.id)) ?? [])),
    next: isLast ? null : edge.edge,
  };
}

async function readOffers(
  session: Session,
  productIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Offer[]>> {
  const offers = new Map<number, Offer[]>();
  if (productIds.length === 0) return offers;
  for (const row of await session.rows<OfferRow>(SELECT_OFFERS, [JSON.stringify(productIds)])) {
    const list = offers.get(integer(row.product_id)) ?? [];
    offers.set(integer(row.product_id), list);
    list.push({
      supplier: row.code,
      supplierSku: row.supplier_sku,
      cost: money(row.cost),
      leadDays: row.lead_days === null ? null : integer(row.lead_days),
      minimumOrder: row.minimum_order === null ? null : integer(row.minimum_order),
      isPreferred: row.preferred !== null,
    });
  }
  return offers;
}

function lowFrom(row: LowRow, offers: readonly Offer[]): LowStock {
  return {
    sku: row.sku,
    name: row.name,
    available: integer(row.available),
    minLevel: integer(row.min_level),
    cost: money(row.cost),
    offers,
  };
}
