import { fingerprint } from '../../../domain/fingerprint.ts';
import { assert } from '../../../lib/assert.ts';
import type { WriteContext } from '../../../ports/write-context.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

const LOCK_BUCKET = 'SELECT product_id, location_id FROM pools WHERE id = ? FOR UPDATE';

const SELECT_SALE = 'SELECT request_id, kind, reference FROM postings WHERE id = ?';

const TAKE = `
  UPDATE stock SET on_hand = on_hand - ?, version = version + 1
   WHERE product_id = ? AND location_id = ? AND on_hand - reserved >= ?`;

const SELECT_STOCK = 'SELECT on_hand, reserved FROM stock WHERE product_id = ? AND location_id = ?';

const INSERT_POSTING = `
  INSERT INTO postings (request_id, fingerprint, kind, strategy, actor, host, source, reason, reference,
                        occurred_at, posted_at)
  VALUES (?, ?, ?, 'lua', ?, ?, ?, ?, ?, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`;

const INSERT_MOVEMENT = `
  INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after,
                         available_after, pool_id, pool_epoch)
  VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?)`;

const LESS_SHORT = 'UPDATE pools SET short_units = GREATEST(short_units - ?, 0) WHERE id = ?';

/** What is parked of a sale that the stock could not cover. */
interface ParkedSale {
  readonly id: number;
  readonly pool_id: number | null;
  readonly pool_epoch: number | null;
  readonly posting_id: number | null;
  readonly units: number | null;
}

/**
 * Takes the units of a sale that were not in stock when it was settled, if they are now, with a posting
 * of their own: the sale's is written already, and never changes. It counts for the bucket, and has
 * no place in the numbering.
 * @returns false, with nothing changed, when there are not enough, or it is no such sale
 */
export async function bookOversold(
  session: Session,
  parked: ParkedSale,
  { origin }: WriteContext,
): Promise<boolean> {
  const { pool_id: bucketId, posting_id: saleId, units } = parked;
  if (bucketId === null || saleId === null || units === null) return false;
  const [bucket] = await session.rows<{ product_id: number; location_id: number }>(LOCK_BUCKET, [
    bucketId,
  ]);
  const [sale] = await session.rows<{
    request_id: string;
    kind: string;
    reference: string | null;
  }>(SELECT_SALE, [saleId]);
  assert(bucket !== undefined && sale !== undefined, 'buckets and postings are never deleted');
  const key = [integer(bucket.product_id), integer(bucket.location_id)];
  if ((await session.run(TAKE, [units, ...key, units])).matched === 0) return false;
  const [stock] = await session.rows<{ on_hand: number; reserved: number }>(SELECT_STOCK, key);
  assert(stock !== undefined, 'a stock row that was changed can be read');
  const requestId = `covered:${parked.id}`;
  const reason = `units of ${sale.request_id}`;
  const content = { kind: sale.kind, lines: [], reason, supplier: null, occurredAt: null };
  const posting = await session.run(INSERT_POSTING, [
    requestId,
    Buffer.from(fingerprint({ ...content, reference: requestId }), 'hex'),
    sale.kind,
    origin.actor,
    origin.host,
    origin.source,
    reason,
    sale.reference,
  ]);
  const onHand = integer(stock.on_hand);
  const bucketOfSale = [bucketId, integer(parked.pool_epoch ?? 0)];
  const available = onHand - integer(stock.reserved);
  await session.run(INSERT_MOVEMENT, [
    posting.insertId,
    ...key,
    -units,
    onHand,
    available,
    ...bucketOfSale,
  ]);
  await session.run(LESS_SHORT, [units, bucketId]);
  return true;
}
