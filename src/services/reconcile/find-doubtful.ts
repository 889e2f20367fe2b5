import { bucketsOfGroup } from '../../domain/pool.ts';
import type { BucketMark } from '../../domain/pool.ts';
import type { ShardProgress } from '../../ports/pool-books.ts';
import type { GateBucket, GateShard } from '../../ports/pool-gate.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import { isInOrder } from './judge-shard-books.ts';
import type { ShardReading } from './judge-shard-books.ts';

/** A first look at a shard. */
export interface FirstLook {
  /** The shard without its buckets. */
  readonly reading: ShardReading;
  /** Buckets that either side has. */
  readonly buckets: number;
  /** Those about which the two may not say the same: sales in flight, or a difference. */
  readonly doubtful: ReadonlySet<number>;
  /** Whether nothing about the shard as a whole keeps its buckets from being compared. */
  readonly isInOrder: boolean;
}

type Pools = Pick<PoolDependencies, 'books' | 'gate'>;

/**
 * Redis, and after it the books: by digests of many buckets, and bucket by bucket where those differ.
 * Where both say the same of a bucket, with nothing in flight, no third reading could make a difference
 * of it; the others are looked at closely.
 */
export async function findDoubtful({ books, gate }: Pools, shard: number): Promise<FirstLook> {
  const seen = await gate.digests(shard);
  const known = await books.shardDigests(shard);
  const buckets = Math.max(known.buckets, seen.buckets);
  const reading = withoutBuckets(seen, known.progress);
  const groups = differences(known.digests, seen.digests);
  const ids = new Set(groups.flatMap(idsOf));
  if (groups.length === 0 || !isInOrder(reading)) {
    return { reading, buckets, doubtful: ids, isInOrder: isInOrder(reading) };
  }
  const snapshot = await gate.snapshot(shard, ids);
  const { progress, marks } = await books.shardMarks(shard, groups);
  const again = withoutBuckets(snapshot, progress);
  return isInOrder(again)
    ? { reading: again, buckets, doubtful: doubtfulOf(marks, snapshot.buckets), isInOrder: true }
    : { reading: again, buckets, doubtful: ids, isInOrder: false };
}

function withoutBuckets(state: GateShard, progress: ShardProgress): ShardReading {
  const bare = { progress, buckets: [] };
  const snapshot = { ...state, buckets: [], createdEpochs: new Map<number, number>() };
  return { before: bare, snapshot, now: bare };
}

function differences(
  left: ReadonlyMap<number, string>,
  right: ReadonlyMap<number, string>,
): readonly number[] {
  const groups = new Set([...left.keys(), ...right.keys()]);
  return [...groups].filter((group) => left.get(group) !== right.get(group));
}

function idsOf(group: number): readonly number[] {
  const { from, below } = bucketsOfGroup(group);
  return Array.from({ length: below - from }, (_, at) => from + at);
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
