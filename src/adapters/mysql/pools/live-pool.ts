import type { LivePool } from '../../../ports/product-store.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

const select = (column: 'product_id' | 'location_id'): string => `
  SELECT f.id AS pool_id, p.sku, l.code AS location
    FROM pools b
    STRAIGHT_JOIN pools f ON f.product_id = b.product_id AND f.location_id = b.location_id AND f.bucket = 0
    STRAIGHT_JOIN products p ON p.id = b.product_id
    STRAIGHT_JOIN locations l ON l.id = b.location_id
   WHERE b.${column} = ? AND b.state <> 'closed'
   LIMIT 1`;

const OF_PRODUCT = select('product_id');
const OF_LOCATION = select('location_id');

/**
 * A pool that is not closed, of a product or at a location. To be read once the stock rows are
 * locked: opening a pool locks one of them first, and reads what is archived after it.
 */
export async function findLivePool(
  session: Session,
  of: { readonly productId: number } | { readonly locationId: number },
): Promise<LivePool | null> {
  const rows = await ('productId' in of
    ? session.rows<Row>(OF_PRODUCT, [of.productId])
    : session.rows<Row>(OF_LOCATION, [of.locationId]));
  const [row] = rows;
  if (row === undefined) return null;
  return { poolId: integer(row.pool_id), sku: row.sku, location: row.location };
}

interface Row {
  readonly pool_id: number;
  readonly sku: string;
  readonly location: string;
}
