import type { ShardBooks } from '../../ports/pool-books.ts';
import type { GateSnapshot } from '../../ports/pool-gate.ts';
import type { ShardDependencies } from './dependencies.ts';

/**
 * Redis, and after it the books (one statement), with the closed buckets where Redis still has one:
 * in this order Redis ahead of the books is never what happened in between.
 * @param only buckets that are looked at; without it all
 */
export async function readShard(
  { books, gate }: Pick<ShardDependencies, 'books' | 'gate'>,
  shard: number,
  only?: ReadonlySet<number>,
): Promise<{ readonly snapshot: GateSnapshot; readonly now: ShardBooks }> {
  const snapshot = await gate.snapshot(shard, only);
  const open = await books.shard(shard, { includeClosed: false, only });
  const known = new Set(open.buckets.map(({ id }) => id));
  const isComplete = snapshot.buckets.every(({ bucketId }) => known.has(bucketId));
  return {
    snapshot,
    now: isComplete ? open : await books.shard(shard, { includeClosed: true, only }),
  };
}
