import type { WrongBucket } from '../../../ports/reconcile-books.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';
import { placeFrom } from './place-row.ts';
import type { PlaceRow } from './place-row.ts';

const OF_BUCKET = 'm.pool_id = b.id AND m.pool_epoch = b.epoch';

/** One entry of the index; MAX would read all that the bucket ever sold. */
const LAST_BOOKED = `
  COALESCE((SELECT m.pool_seq FROM movements m WHERE ${OF_BUCKET} ORDER BY m.pool_seq DESC LIMIT 1), 0)`;

const HEAD = `
  SELECT b.id, b.product_id, p.sku, b.location_id, l.code AS location, b.settled_seq, b.sold,
         ${LAST_BOOKED} AS booked_seq`;

const NAMES = `
    JOIN products p ON p.id = b.product_id
    JOIN locations l ON l.id = b.location_id`;

/** Buckets first, names for those alone that are found: nearly always there are none. */
const BY_POSITION = `${HEAD}, NULL AS booked
    FROM (SELECT b.* FROM pools b
           WHERE ${LAST_BOOKED} > b.settled_seq) AS b
    ${NAMES}
   ORDER BY b.id`;

/** A sale that the stock could not cover has no movement for these units; they are parked instead. */
const BY_SUM = `${HEAD},
         (SELECT COALESCE(-SUM(m.quantity), 0) FROM movements m WHERE ${OF_BUCKET}) + COALESCE(e.units, 0)
           AS booked
    FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked
    STRAIGHT_JOIN pools b ON b.id = asked.id
    ${NAMES}
    LEFT JOIN (SELECT pool_id, pool_epoch, SUM(units) AS units FROM parked_events
                WHERE kind = 'oversold' AND COALESCE(resolution, '') <> 'settled'
                GROUP BY pool_id, pool_epoch) AS e ON e.pool_id = b.id AND e.pool_epoch = b.epoch
  HAVING booked_seq > b.settled_seq OR booked <> b.sold
   ORDER BY b.id`;

interface Row extends PlaceRow {
  id: number;
  settled_seq: number;
  sold: number;
  booked_seq: number | string;
  booked: number | string | null;
}

export async function readWrongBuckets(session: Session): Promise<readonly WrongBucket[]> {
  return (await session.rows<Row>(BY_POSITION)).map(wrongBucketFrom);
}

const SELECT_SIZES = 'SELECT id, product_id, settled_seq FROM pools ORDER BY id';

export async function readWrongBucketSums(
  session: Session,
  productIds: readonly number[] | null,
  movementsAtOnce: number,
): Promise<readonly WrongBucket[]> {
  const sizes = await session.rows<{ id: number; product_id: number; settled_seq: number }>(
    SELECT_SIZES,
  );
  const asked = sizes.filter(
    (row) => productIds === null || productIds.includes(integer(row.product_id)),
  );
  const found: WrongBucket[] = [];
  let [ids, events]: [number[], number] = [[], 0];
  for (const [at, row] of asked.entries()) {
    ids.push(integer(row.id));
    // An event that is settled has one movement at most.
    events += 1 + integer(row.settled_seq);
    if (events < movementsAtOnce && at < asked.length - 1) continue;
    found.push(...(await session.rows<Row>(BY_SUM, [JSON.stringify(ids)])).map(wrongBucketFrom));
    [ids, events] = [[], 0];
  }
  return found;
}

function wrongBucketFrom(row: Row): WrongBucket {
  return {
    bucketId: integer(row.id),
    ...placeFrom(row),
    settledSeq: integer(row.settled_seq),
    bookedSeq: integer(row.booked_seq),
    sold: integer(row.sold),
    booked: row.booked === null ? null : integer(row.booked),
  };
}

export async function readHasPools(session: Session): Promise<boolean> {
  return (await session.rows('SELECT 1 AS found FROM pools LIMIT 1')).length > 0;
}
