import type { PoolBucket } from '../../domain/pool.ts';
import type { ShardProgress } from '../../ports/pool-books.ts';
import type { ShardDependencies } from './dependencies.ts';
import { settleShard } from './settle-shard.ts';
import type { SettleOptions } from './settle-shard.ts';

export interface ClosingOptions extends SettleOptions {
  /** Buckets to close; without it all of the shard that are closing. */
  readonly only?: ReadonlySet<number>;
}

export interface ClosingRound {
  /** Buckets that became closed in this round. */
  readonly closed: number;
  /** Buckets still closing. */
  readonly closing: number;
  /** Redis is shut, or has lost one of them: recovery is due before they can be closed. */
  readonly needsRecovery: boolean;
}

/**
 * One round of closing every pool of a shard that is to be closed: CLOSE, CONVERGE and WITHDRAW in Redis,
 * settlement, CLOSE_END in the books, DROP in Redis. May stop anywhere; the next round goes on.
 */
export async function driveClosing(
  dependencies: ShardDependencies,
  shard: number,
  { only, ...settling }: ClosingOptions = {},
): Promise<ClosingRound> {
  const { books, gate } = dependencies;
  const { progress, buckets } = await books.shard(shard, { includeClosed: false });
  const closing = buckets.filter(({ id, state }) => state === 'closing' && only?.has(id) !== false);
  if (closing.length === 0) return { closed: 0, closing: 0, needsRecovery: false };
  for (const bucket of closing) {
    const emptied = await empty(dependencies, progress, bucket);
    if (emptied === 'emptied') continue;
    if (emptied === 'lost') await books.requestRecovery(shard, progress.generation);
    return { closed: 0, closing: closing.length, needsRecovery: true };
  }
  await settleShard(dependencies, shard, settling);
  let closed = 0;
  for (const bucket of closing) {
    if (!(await books.endClose(bucket.id))) continue;
    closed += 1;
    await gate.drop(progress.generation, bucket);
  }
  return { closed, closing: closing.length - closed, needsRecovery: false };
}

/** Stops the sale in Redis and makes what is left an event on its way to the books. */
async function empty(
  { gate, newId }: ShardDependencies,
  { generation, lossLimit }: ShardProgress,
  bucket: PoolBucket,
): Promise<'emptied' | 'shut' | 'lost'> {
  const closed = await gate.close(generation, bucket);
  if (closed === 'fenced') return 'shut';
  if (closed === 'epoch') return 'lost';
  // A bucket that Redis never had is made here, so that its units come back the one way they can.
  const { status } = await gate.converge(generation, bucket, lossLimit);
  if (status === 'fenced') return 'shut';
  if (status === 'missing' || status === 'epoch' || status === 'fork') return 'lost';
  const requestId = `return:${newId()}`;
  const quantity = bucket.delegated;
  const withdrawn = await gate.withdraw({ generation, bucket, requestId, quantity });
  // `zero`: nothing was left. `corrupt`: the repair has to wait for settlement; the next round sees.
  return withdrawn.status === 'fenced' ? 'shut' : 'emptied';
}
