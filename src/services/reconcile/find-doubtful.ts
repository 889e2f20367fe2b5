import type { BucketMark } from '../../domain/pool.ts';
import type { GateBucket, GateSnapshot } from '../../ports/pool-gate.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import { isInOrder } from './judge-shard-books.ts';
import type { ShardReading } from './judge-shard-books.ts';

/** A first look at a shard. */
export interface FirstLook {
  /** The shard without its buckets. */
  readonly reading: ShardReading;
  /** Buckets that either side has. */
  readonly buckets: number;
  /** Those about which the two do not say the same: sales in flight, or a difference. null: all of them. */
  readonly doubtful: ReadonlySet<number> | null;
}

/**
 * Redis, and after it the books in few columns. Where both say the same of a bucket, with nothing in
 * flight, no third reading could make a difference of it; the others are looked at closely.
 */
export async function findDoubtful(
  { books, gate }: Pick<PoolDependencies, 'books' | 'gate'>,
  shard: number,
): Promise<FirstLook> {
  const { buckets, ...state } = await gate.snapshot(shard);
  const { progress, marks } = await books.shardMarks(shard);
  const snapshot: GateSnapshot = { ...state, buckets: [] };
  const bare = { progress, buckets: [] };
  const reading = { before: bare, snapshot, now: bare };
  const doubtful = doubtfulOf(marks, buckets);
  const count = Math.max(marks.length, buckets.length);
  const canTell = count > 0 && isInOrder(reading);
  return { reading, buckets: count, doubtful: canTell ? doubtful : null };
}

function doubtfulOf(
  marks: readonly BucketMark[],
  gates: readonly GateBucket[],
): ReadonlySet<number> {
  const left = new Map(gates.map((bucket) => [bucket.bucketId, bucket]));
  const doubtful = new Set<number>();
  for (const mark of marks) {
    const gate = left.get(mark.id);
    left.delete(mark.id);
    if (gate === undefined || !isSame(mark, gate)) doubtful.add(mark.id);
  }
  for (const id of left.keys()) doubtful.add(id);
  return doubtful;
}

function isSame(mark: BucketMark, gate: GateBucket): boolean {
  return (
    gate.isSound &&
    mark.isCounted &&
    gate.epoch === mark.epoch &&
    gate.grantVersion === mark.grantVersion &&
    gate.delegated === mark.delegated &&
    gate.seq === mark.settledSeq &&
    gate.cum === mark.settledCum
  );
}
