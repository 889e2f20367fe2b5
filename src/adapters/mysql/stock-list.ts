import type { ListedStock, StockListFilter, StockListPlace } from '../../ports/stock-reader.ts';
import type { Parameter, Session } from './session.ts';
import { integer } from './values.ts';

/**
 * A page is so many products in the order of their SKU, found by key, with their locations: what is
 * sorted is never more than the page. A product that the page cuts off comes whole with the next one.
 */
const SELECT_PAGE = `
  SELECT p.sku, p.name, l.code AS location, s.on_hand, s.reserved, p.min_level
    FROM (SELECT id, sku, name, min_level, status FROM products FORCE INDEX (products_sku)
           WHERE sku >= CAST(? AS BINARY)
             AND (? IS NULL OR LOCATE(?, name) > 0 OR LOCATE(CAST(? AS BINARY), sku) > 0)
           ORDER BY sku LIMIT ?) AS p
    STRAIGHT_JOIN stock s ON s.product_id = p.id
    STRAIGHT_JOIN locations l ON l.id = s.location_id
   WHERE (p.sku > CAST(? AS BINARY) OR l.code > CAST(? AS BINARY))
     AND (? IS NULL OR s.location_id = ?)
     AND (? IS NULL OR s.on_hand - s.reserved < ?)
     AND (s.on_hand > 0 OR (? = 1 AND p.status = 'active'))
   ORDER BY p.sku, l.code`;

/** The last product of a page: the next one begins after it. */
const SELECT_EDGE = `
  SELECT MAX(p.sku) AS edge, COUNT(*) AS seen
    FROM (SELECT sku FROM products FORCE INDEX (products_sku)
           WHERE sku >= CAST(? AS BINARY)
             AND (? IS NULL OR LOCATE(?, name) > 0 OR LOCATE(CAST(? AS BINARY), sku) > 0)
           ORDER BY sku LIMIT ?) AS p`;

/** Sorts after every code, which are ASCII. */
const AFTER_ALL_CODES = '\x7f';

interface Row {
  sku: string;
  name: string;
  location: string;
  on_hand: number;
  reserved: number;
  min_level: number;
}

export interface StockListPage {
  readonly rows: readonly ListedStock[];
  /** Where to go on; null = the list ends here. */
  readonly next: StockListPlace | null;
}

/** The levels of so many products after a place. The first page begins after the empty SKU. */
export async function readStockListPage(
  session: Session,
  filter: StockListFilter,
  { after, size }: { readonly after: StockListPlace | null; readonly size: number },
): Promise<StockListPage> {
  const sku = after?.sku ?? '';
  const location = after?.location ?? AFTER_ALL_CODES;
  const { search, locationId, availableBelow } = filter;
  // A limit travels as text: the driver sends numbers as doubles, which MySQL refuses in a LIMIT.
  const products: readonly Parameter[] = [
    sku,
    search,
    search,
    search?.toUpperCase() ?? null,
    String(size),
  ];
  const rows = await session.rows<Row>(SELECT_PAGE, [
    ...products,
    sku,
    location,
    locationId,
    locationId,
    availableBelow,
    availableBelow,
    filter.includesZero ? 1 : 0,
  ]);
  const [edge] = await session.rows<{ edge: string | null; seen: number }>(SELECT_EDGE, products);
  const last = edge?.edge ?? null;
  const isWhole = edge === undefined || last === null || integer(edge.seen) < size;
  return { rows: rows.map(listedFrom), next: isWhole ? null : { sku: last, location: null } };
}

function listedFrom(row: Row): ListedStock {
  return {
    sku: row.sku,
    name: row.name,
    location: row.location,
    onHand: integer(row.on_hand),
    reserved: integer(row.reserved),
    minLevel: integer(row.min_level),
  };
}
