import type { PoolBucket } from '../../domain/pool.ts';
import { InvError } from '../../lib/errors.ts';
import type { ShardBooks } from '../../ports/pool-books.ts';
import type { ShardDependencies } from './dependencies.ts';
import { freezeShard } from './freeze-shard.ts';
import { recoverShard } from './recover-shard.ts';
import { frozenReason } from './settle-shard.ts';

/** After a recovery, or when Redis has moved under our hands. */
const ROUNDS_MAX = 3;

/**
 * Gives Redis the buckets as the books have them by now. The command that changed the books is done
 * whatever happens here: the worker, or the next command, does it otherwise.
 * @returns what a person should know; nothing where Redis has it
 */
export async function handOver(
  dependencies: ShardDependencies,
  buckets: readonly PoolBucket[],
): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const shard of new Set(buckets.map((bucket) => bucket.shard))) {
    const ids = new Set(buckets.filter((bucket) => bucket.shard === shard).map(({ id }) => id));
    try {
      const warning = await handOverShard(dependencies, shard, ids);
      if (warning !== null) warnings.push(warning);
    } catch (error) {
      if (!(error instanceof InvError)) throw error;
      warnings.push(
        `it is in the books; Redis has it when the worker finds it again (${error.message})`,
      );
    }
  }
  return warnings;
}

async function handOverShard(
  dependencies: ShardDependencies,
  shard: number,
  ids: ReadonlySet<number>,
): Promise<string | null> {
  const { books } = dependencies;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const now = await books.shard(shard, { includeClosed: false });
    if (now.progress.state === 'frozen') return frozenText(frozenReason(now.progress));
    const answer = await converge(dependencies, now, ids);
    if (answer === 'done') return null;
    if (answer === 'recover') await books.requestRecovery(shard, now.progress.generation);
    const recovered = await recoverShard(dependencies, shard);
    dependencies.onRecovery?.(shard, recovered);
    if (recovered.status === 'frozen') return frozenText(recovered.reason);
  }
  return 'it is in the books; Redis is being recovered, and has it after that (inv worker status)';
}

function frozenText(reason: string): string {
  return `it is in the books; Redis does not get it, because the shard is frozen: ${reason}`;
}

/** @returns `recover`: Redis has lost a bucket; `shut`: it is fenced, or ahead of what was read */
async function converge(
  { books, gate }: ShardDependencies,
  { progress, buckets }: ShardBooks,
  ids: ReadonlySet<number>,
): Promise<'done' | 'recover' | 'shut'> {
  for (const bucket of buckets.filter(({ id }) => ids.has(id))) {
    const { status } = await gate.converge(progress.generation, bucket, progress.lossLimit);
    if (status === 'missing' || status === 'epoch') return 'recover';
    if (status === 'fenced') return 'shut';
    if (status === 'fork') {
      await freezeShard(
        { books, gate },
        progress.shard,
        `bucket ${bucket.id} (${bucket.sku}) has two numbers of delegated units`,
      );
      return 'shut';
    }
    // `stale`: somebody handed over more meanwhile. `retry`: damaged counters wait for settlement.
  }
  return 'done';
}
