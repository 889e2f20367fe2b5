import { keyText } from '../../../domain/decide.ts';
import { lockOrder } from '../../../domain/decide.ts';
import type { Position } from '../../../domain/settlement/position.ts';
import type { BucketCounters, StockCounters } from '../../../domain/settlement/take-units.ts';
import type { Session } from '../session.ts';
import { integer } from '../values.ts';

const LOCK_BUCKETS = `
  SELECT b.id, b.epoch, b.shard, b.product_id, b.location_id, b.delegated, b.grant_version,
         b.settled_seq, b.settled_cum, b.settled_ret, b.sold, b.returned, b.duplicates, b.short_units
    FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$')) AS asked
    STRAIGHT_JOIN pools b ON b.id = asked.id
     FOR UPDATE`;

const LOCK_STOCK = `
  SELECT s.product_id, s.location_id, s.on_hand, s.reserved
    FROM JSON_TABLE(?, '$[*]' COLUMNS (p BIGINT PATH '$[0]', l BIGINT PATH '$[1]')) AS asked
    STRAIGHT_JOIN stock s ON s.product_id = asked.p AND s.location_id = asked.l
     FOR UPDATE`;

const WRITE_BUCKETS = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', delegated BIGINT PATH '$[1]',
           grant_version BIGINT PATH '$[2]', seq BIGINT PATH '$[3]', cum BIGINT PATH '$[4]',
           ret BIGINT PATH '$[5]', sold BIGINT PATH '$[6]', duplicates BIGINT PATH '$[7]',
           short_units BIGINT PATH '$[8]')) AS c
    STRAIGHT_JOIN pools b ON b.id = c.id
     SET b.delegated = c.delegated, b.grant_version = c.grant_version, b.settled_seq = c.seq,
         b.settled_cum = c.cum, b.settled_ret = c.ret, b.sold = c.sold, b.returned = c.ret,
         b.duplicates = c.duplicates, b.short_units = c.short_units`;

/** The everyday case, where nothing but sales came in: a third of the columns to read and to write. */
const WRITE_SALES = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT PATH '$[0]', seq BIGINT PATH '$[1]',
           cum BIGINT PATH '$[2]')) AS c
    STRAIGHT_JOIN pools b ON b.id = c.id
     SET b.settled_seq = c.seq, b.settled_cum = c.cum,
         b.sold = c.cum - b.returned - b.duplicates`;

const WRITE_STOCK = `
  UPDATE JSON_TABLE(?, '$[*]' COLUMNS (p BIGINT PATH '$[0]', l BIGINT PATH '$[1]',
           on_hand BIGINT PATH '$[2]', reserved BIGINT PATH '$[3]')) AS c
    STRAIGHT_JOIN stock s ON s.product_id = c.p AND s.location_id = c.l
     SET s.on_hand = c.on_hand, s.reserved = c.reserved, s.version = s.version + 1`;

/** A bucket's row, locked: where it stands, and what bookings change. */
export interface LockedBucket {
  readonly position: Position;
  readonly counters: BucketCounters;
  /** As they were read. */
  readonly before: BucketCounters;
}

interface Row {
  readonly id: number;
  readonly epoch: number;
  readonly shard: number;
  readonly product_id: number;
  readonly location_id: number;
  readonly delegated: number;
  readonly grant_version: number;
  readonly settled_seq: number;
  readonly settled_cum: number;
  readonly settled_ret: number;
  readonly sold: number;
  readonly returned: number;
  readonly duplicates: number;
  readonly short_units: number;
}

/** Locks the buckets of a shard that are named, in the order of their ids. */
export async function lockBuckets(
  session: Session,
  shard: number,
  ids: ReadonlySet<number>,
): Promise<ReadonlyMap<number, LockedBucket>> {
  if (ids.size === 0) return new Map();
  const ordered = [...ids].sort((a, b) => a - b);
  const rows = await session.rows<Row>(LOCK_BUCKETS, [JSON.stringify(ordered)]);
  const own = rows.filter((row) => integer(row.shard) === shard);
  return new Map(own.map((row) => [integer(row.id), lockedFrom(row)]));
}

/** Locks the stock rows of buckets, in the global order. @returns by `keyText` */
export async function lockStock(
  session: Session,
  buckets: Iterable<BucketCounters>,
): Promise<ReadonlyMap<string, StockCounters>> {
  const keys = lockOrder(buckets);
  const list = JSON.stringify(keys.map(({ productId, locationId }) => [productId, locationId]));
  const rows = await session.rows<{
    product_id: number;
    location_id: number;
    on_hand: number;
    reserved: number;
  }>(LOCK_STOCK, [list]);
  return new Map(
    rows.map((row) => [
      keyText({ productId: integer(row.product_id), locationId: integer(row.location_id) }),
      { onHand: integer(row.on_hand), reserved: integer(row.reserved) },
    ]),
  );
}

/** Writes the counters of locked buckets, in one statement; in two where other than sales came in. */
export async function writeBuckets(
  session: Session,
  buckets: readonly { readonly counters: BucketCounters; readonly before: BucketCounters }[],
): Promise<void> {
  const sales: number[][] = [];
  const others: number[][] = [];
  for (const { counters: b, before } of buckets) {
    const isSales =
      b.delegated === before.delegated &&
      b.settledRet === before.settledRet &&
      b.duplicates === before.duplicates;
    if (isSales) sales.push([b.id, b.settledSeq, b.settledCum]);
    else others.push(allCounters(b));
  }
  if (sales.length > 0) await session.run(WRITE_SALES, [JSON.stringify(sales)]);
  if (others.length > 0) await session.run(WRITE_BUCKETS, [JSON.stringify(others)]);
}

function allCounters(b: BucketCounters): number[] {
  const { id, delegated, grantVersion, settledSeq, settledCum, settledRet, sold } = b;
  return [
    id,
    delegated,
    grantVersion,
    settledSeq,
    settledCum,
    settledRet,
    sold,
    b.duplicates,
    b.short,
  ];
}

/** Writes the balances of locked stock rows, in one statement. */
export async function writeStock(
  session: Session,
  buckets: Iterable<BucketCounters>,
  stock: ReadonlyMap<string, StockCounters>,
): Promise<void> {
  const list = lockOrder(buckets).flatMap((key) => {
    const row = stock.get(keyText(key));
    return row === undefined ? [] : [[key.productId, key.locationId, row.onHand, row.reserved]];
  });
  await session.run(WRITE_STOCK, [JSON.stringify(list)]);
}

function lockedFrom(row: Row): LockedBucket {
  const id = integer(row.id);
  const counted = {
    settledSeq: integer(row.settled_seq),
    settledCum: integer(row.settled_cum),
    settledRet: integer(row.settled_ret),
  };
  const before: BucketCounters = {
    id,
    productId: integer(row.product_id),
    locationId: integer(row.location_id),
    delegated: integer(row.delegated),
    grantVersion: integer(row.grant_version),
    ...counted,
    sold: integer(row.sold),
    returned: integer(row.returned),
    duplicates: integer(row.duplicates),
    short: integer(row.short_units),
  };
  return {
    position: { id, epoch: integer(row.epoch), ...counted },
    counters: { ...before },
    before,
  };
}
