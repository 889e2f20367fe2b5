import type { Origin } from '../../../domain/posting.ts';
import type { AskedCheck, CheckRequests, Suspicion } from '../../../ports/check-requests.ts';
import type { Database } from '../database.ts';
import { clip } from '../pools/column-text.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

/** A bucket that the books do not know is no product: then it is said of every pool. */
const PRODUCT_OF_BUCKET = 'SELECT product_id FROM pools WHERE id = ?';

const ASK = `
  INSERT INTO check_requests (product_id, reason, request_id, actor, host, source, asked_at)
  VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(6))
      ON DUPLICATE KEY UPDATE asked = asked + 1`;

const SELECT_WAITING = `
  SELECT c.product_id, p.sku, c.asked, c.reason
    FROM check_requests c LEFT JOIN products p ON p.id = c.product_id
   ORDER BY c.asked_at LIMIT ?`;

const TAKE = 'DELETE FROM check_requests WHERE product_id = ? AND asked = ?';

/** Stands for every pool: products count from 1. */
const EVERY_POOL = 0;

export function createCheckRequests(database: Database): CheckRequests {
  return {
    ask: (suspicion, origin) => database.transaction((session) => ask(session, suspicion, origin)),
    waiting: ({ limit }) => database.read((session) => selectWaiting(session, limit)),
  };
}

async function ask(
  session: Session,
  { about, reason, requestId }: Suspicion,
  { actor, host, source }: Origin,
): Promise<void> {
  await session.run(ASK, [
    await productOf(session, about),
    clip(reason, 500),
    requestId,
    clip(actor, 100),
    clip(host, 255),
    clip(source, 32),
  ]);
}

async function productOf(session: Session, about: Suspicion['about']): Promise<number> {
  if (about === null) return EVERY_POOL;
  if ('productId' in about) return about.productId;
  const [row] = await session.rows<{ product_id: number }>(PRODUCT_OF_BUCKET, [about.bucketId]);
  return row === undefined ? EVERY_POOL : integer(row.product_id);
}

async function selectWaiting(session: Session, limit: number): Promise<readonly AskedCheck[]> {
  // A limit travels as text: the driver sends numbers as doubles, which MySQL refuses in a LIMIT.
  const rows = await session.rows<{
    product_id: number;
    sku: string | null;
    asked: number;
    reason: string;
  }>(SELECT_WAITING, [String(limit)]);
  return rows.map(({ product_id, sku, asked, reason }) => {
    const productId = integer(product_id);
    return {
      productId: productId === EVERY_POOL ? null : productId,
      sku,
      asked: integer(asked),
      reason,
    };
  });
}

/** Inside the transaction that ends the run which has made them. */
export async function takeAnswered(
  session: Session,
  answered: readonly AskedCheck[],
): Promise<void> {
  for (const { productId, asked } of answered) {
    await session.run(TAKE, [productId ?? EVERY_POOL, asked]);
  }
}
