import { assert } from '../../lib/assert.ts';
import type { LevelProof, ProductCard, StockLevel } from '../../ports/stock-reader.ts';
import type { Session } from './session.ts';
import { datetimeFromIso, integer, money } from './values.ts';

const SELECT_PRODUCT = `
  SELECT id, sku, name, unit, status, min_level, safety_stock, cost FROM products WHERE id = ?`;

const SELECT_LEVELS = `
  SELECT l.code AS location, s.on_hand, s.reserved
    FROM stock s STRAIGHT_JOIN locations l ON l.id = s.location_id
   WHERE s.product_id = ?
   ORDER BY l.code`;

const SELECT_AS_OF = `
  SELECT l.code AS location, SUM(m.quantity) AS on_hand
    FROM movements m FORCE INDEX (movements_product)
    STRAIGHT_JOIN postings po ON po.id = m.posting_id
    STRAIGHT_JOIN locations l ON l.id = m.location_id
   WHERE m.product_id = ? AND po.occurred_at <= ?
   GROUP BY l.code
   ORDER BY l.code`;

/** One statement, so that both sides are read at one moment: a sale in between is no difference. */
const SELECT_PROOF = `
  SELECT l.code AS location, COALESCE(s.on_hand, 0) AS on_hand, COALESCE(s.reserved, 0) AS reserved,
         COALESCE(sums.total, 0) AS ledger_sum, COALESCE(sums.movements, 0) AS movements,
         sums.first_id
    FROM (SELECT location_id FROM stock WHERE product_id = ?
          UNION SELECT location_id FROM movements WHERE product_id = ?) AS places
    JOIN locations l ON l.id = places.location_id
    LEFT JOIN stock s ON s.product_id = ? AND s.location_id = places.location_id
    LEFT JOIN (SELECT location_id, SUM(quantity) AS total, COUNT(*) AS movements,
                      MIN(id) AS first_id
                 FROM movements WHERE product_id = ? GROUP BY location_id) AS sums
           ON sums.location_id = places.location_id
   ORDER BY l.code`;

interface LevelRow {
  location: string;
  on_hand: number;
  reserved: number;
}

interface ProofRow extends LevelRow {
  ledger_sum: string;
  movements: number;
  first_id: number | null;
}

export async function readProduct(session: Session, productId: number): Promise<ProductCard> {
  const [row] = await session.rows<{
    id: number;
    sku: string;
    name: string;
    unit: string;
    status: string;
    min_level: number;
    safety_stock: number;
    cost: string | null;
  }>(SELECT_PRODUCT, [productId]);
  assert(row !== undefined, 'a product that was found is never removed');
  const { sku, name, unit, status } = row;
  return {
    id: integer(row.id),
    sku,
    name,
    unit,
    status,
    minLevel: integer(row.min_level),
    safetyStock: integer(row.safety_stock),
    cost: money(row.cost),
  };
}

export async function readLevels(
  session: Session,
  productId: number,
): Promise<readonly StockLevel[]> {
  const rows = await session.rows<LevelRow>(SELECT_LEVELS, [productId]);
  return rows.map(levelFrom);
}

export async function readOnHandAsOf(
  session: Session,
  productId: number,
  moment: string,
): Promise<readonly { readonly location: string; readonly onHand: number }[]> {
  const rows = await session.rows<{ location: string; on_hand: string }>(SELECT_AS_OF, [
    productId,
    datetimeFromIso(moment),
  ]);
  return rows.map((row) => ({ location: row.location, onHand: integer(row.on_hand) }));
}

export async function readProof(
  session: Session,
  productId: number,
): Promise<readonly LevelProof[]> {
  const rows = await session.rows<ProofRow>(SELECT_PROOF, [
    productId,
    productId,
    productId,
    productId,
  ]);
  return rows.map((row) => ({
    ...levelFrom(row),
    ledgerSum: integer(row.ledger_sum),
    movements: integer(row.movements),
    firstMovementId: row.first_id === null ? null : integer(row.first_id),
  }));
}

function levelFrom(row: LevelRow): StockLevel {
  return {
    location: row.location,
    onHand: integer(row.on_hand),
    reserved: integer(row.reserved),
  };
}
