import type { Origin } from './posting.ts';

export type PoolState = 'open' | 'closing' | 'closed';

/**
 * One bucket of a pool, as MySQL's books have it. A product at a location has at most one pool that
 * is not closed; it consists of one bucket, or of several that spread a hot product over shards.
 * Everything of the protocol (docs/pools.md) happens per bucket: it is what Redis calls a pool.
 */
export interface PoolBucket {
  readonly id: number;
  /** What its buckets have in common: the id of bucket 0, shown to users as `pool_id`. */
  readonly poolId: number;
  readonly productId: number;
  readonly sku: string;
  readonly locationId: number;
  readonly location: string;
  readonly shard: number;
  /** Number of the bucket in its pool, from 0. */
  readonly bucket: number;
  /** Raised by every rebuild and reopening: events of an older epoch are of no account. */
  readonly epoch: number;
  /** First epoch of the present sale; a limit per buyer counts from it. */
  readonly saleEpoch: number;
  readonly state: PoolState;
  /** Raised with every change of `delegated` (gv in the protocol). */
  readonly grantVersion: number;
  /** Units handed to Redis in this epoch (D). */
  readonly delegated: number;
  readonly settledSeq: number;
  readonly settledCum: number;
  readonly settledRet: number;
  readonly sold: number;
  readonly returned: number;
  readonly duplicates: number;
  /** Units sold beyond what was delegated and could not be covered: oversold by damage to Redis. */
  readonly short: number;
  /** Units that a rebuild keeps reserved because lost sales may own them. */
  readonly quarantine: number;
  readonly terms: PoolTerms;
}

/** What decides whether Redis and the books agree about a bucket. */
export interface BucketMark {
  readonly id: number;
  readonly epoch: number;
  readonly grantVersion: number;
  readonly delegated: number;
  readonly settledSeq: number;
  readonly settledCum: number;
  /** Whether what is sold, returned and known twice makes up what is settled. */
  readonly isCounted: boolean;
}

/** Buckets whose marks share a digest: as many as one script may read, which keeps Redis from others. */
const MARKS_TOGETHER = 200;

/**
 * Books and Redis each put the marks of neighbouring buckets into one digest. Where both have the same one,
 * they say the same of every bucket of the group, and that it is counted and sound.
 */
export function digestGroupOf(bucketId: number): number {
  return Math.floor(bucketId / MARKS_TOGETHER);
}

/** The marks of a shard, by digests. */
export interface MarkDigests {
  /** Buckets that there are. */
  readonly buckets: number;
  /** By group; none for a group without buckets. */
  readonly digests: ReadonlyMap<number, string>;
}

/** The first bucket of a group, and the one behind its last. */
export function bucketsOfGroup(group: number): { readonly from: number; readonly below: number } {
  return { from: group * MARKS_TOGETHER, below: (group + 1) * MARKS_TOGETHER };
}

/** What a sale from the pool has to respect. */
export interface PoolTerms {
  /** Units that a sale may not touch. */
  readonly floor: number;
  /** Units that one buyer may have at most; null = no limit. */
  readonly perBuyer: number | null;
  /** Milliseconds since the epoch, by the clock of Redis; null = no bound. */
  readonly startsAtMs: number | null;
  readonly endsAtMs: number | null;
}

/** Units that Redis has neither sold (and MySQL settled) nor given back. */
export function outstanding({ delegated, settledCum }: PoolBucket): number {
  return delegated - settledCum;
}

/** Units in equal shares, what does not divide to the first ones; no share is negative. */
export function splitEvenly(units: number, parts: number): readonly number[] {
  const share = Math.floor(units / parts);
  const rest = units - share * parts;
  return Array.from({ length: parts }, (_, at) => share + (at < rest ? 1 : 0));
}

/** What the ledger will say of a sale: travels with the request and in its event. */
export interface SaleNote {
  /** `sale`: an order; `out`: goods that leave by `inv stock out --strategy lua`. */
  readonly kind: 'sale' | 'out';
  readonly origin: Origin;
  readonly buyer: string | null;
  readonly reference: string | null;
  readonly reason: string | null;
  /** ISO 8601 UTC; null = when Redis sold it. */
  readonly occurredAt: string | null;
}

interface EventHead {
  readonly bucketId: number;
  readonly epoch: number;
  readonly quantity: number;
  readonly requestId: string;
}

/** Counters of the bucket right after the event. */
interface Counters {
  readonly seq: number;
  readonly cum: number;
  readonly ret: number;
}

/** A sale that Redis made: stands in the stream, and can be rebuilt from its request record. */
export interface SaleEvent extends EventHead, Counters {
  readonly kind: 'sale';
  /** sha256 of the content, 64 hex digits, as in the ledger. */
  readonly fingerprint: string;
  readonly note: SaleNote;
  /** Milliseconds since the epoch, by the clock of Redis. */
  readonly atMs: number;
}

/** Units that Redis gave back to MySQL. */
export interface ReturnEvent extends EventHead, Counters {
  readonly kind: 'return';
}

/**
 * What became of a timed hold, for the table of orders only: it moves no counter, stands outside of
 * the numbering of sales and returns, and when it is lost nothing but the order's entry is late.
 */
export interface HoldEvent extends EventHead {
  readonly kind: 'held' | 'cancelled' | 'expired';
  readonly fingerprint: string;
  readonly note: SaleNote;
  readonly deadlineMs: number;
  readonly atMs: number;
}

export type PoolEvent = SaleEvent | ReturnEvent | HoldEvent;

/** Id of a stream entry: milliseconds and a number within them. */
export interface StreamId {
  readonly ms: number;
  readonly seq: number;
}

/** Whether an entry is the other one or stands before it in the stream. */
export function isUpTo(id: StreamId, other: StreamId): boolean {
  return id.ms < other.ms || (id.ms === other.ms && id.seq <= other.seq);
}

/** One entry of the stream: the events of one script call, in order. */
export interface StreamEntry {
  readonly id: StreamId;
  /** null = not readable as events (somebody else wrote it, or it is damaged): `raw` is parked. */
  readonly events: readonly PoolEvent[] | null;
  readonly raw: string;
}

/** What has become of an order. */
export type OrderState = 'accepted' | 'held' | 'cancelled' | 'expired' | 'settled';

/** Why a pool sells nothing to a request: a recorded answer, given again whenever the request is. */
export type NoReason =
  /** Not enough units left above the floor. */
  | 'sold_out'
  /** The pool is closing or closed. */
  | 'closed'
  /** Before the start or after the end of the sale. */
  | 'window'
  /** The buyer has had the units that one buyer may have. */
  | 'limit'
  /** More units at once than a crash may lose (the loss limit). */
  | 'too_large'
  /** The pool has a limit per buyer, and the request names no buyer. */
  | 'no_buyer'
  /** The hold expired, was cancelled, or was lost with data of Redis. */
  | 'no_hold';
