import type { PoolBucket } from '../domain/pool.ts';
import { InvError } from '../lib/errors.ts';
import { createWorkerHistory } from '../services/reconcile/worker-history.ts';
import type { WorkerHistory } from '../services/reconcile/worker-history.ts';
import { finishWorkerRepairs } from '../services/reconcile/finish-worker-repairs.ts';
import type { ReconcileDependencies } from '../services/reconcile/dependencies.ts';
import { finishedLines } from './log-lines.ts';
import type { ShardWork } from './shard-work.ts';

export interface Keeper {
  readonly history: WorkerHistory;
  /** Every bucket, also closed ones, to name what was mended. */
  readonly buckets: () => Promise<readonly PoolBucket[]>;
}

/**
 * Writes something of a repair into the history of reconciliation. The work goes on without it: what was
 * mended is in the log as well. What an earlier worker was killed before it told is told first.
 */
export async function keepRepair(
  work: ShardWork,
  write: (keeper: Keeper) => Promise<void>,
): Promise<void> {
  const { shard, options, memory } = work;
  if (options.reconcile === undefined) return;
  try {
    const dependencies = await options.reconcile.dependencies();
    memory.history ??= createWorkerHistory(dependencies, shard);
    await finishEarlier(work, dependencies);
    const { books } = work.dependencies;
    await write({ history: memory.history, buckets: () => books.buckets({ includeClosed: true }) });
  } catch (error) {
    if (!(error instanceof InvError)) throw error;
    memory.mayBeCutOff = true;
    const text = `a repair is not kept in the history: ${error.message}`;
    options.report({ level: 'warn', shard, text });
  }
}

async function finishEarlier(
  { shard, options, memory }: ShardWork,
  dependencies: ReconcileDependencies,
): Promise<void> {
  if (!memory.mayBeCutOff) return;
  const finished = await finishWorkerRepairs(dependencies, shard);
  memory.mayBeCutOff = !finished.isComplete;
  for (const line of finishedLines(shard, finished)) options.report(line);
}
