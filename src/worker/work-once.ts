import { InvError } from '../lib/errors.ts';
import { createOutages } from './outages.ts';
import type { WorkerDependencies, WorkerOptions } from './dependencies.ts';
import { createShardWork } from './shard-work.ts';
import { workShardOnce } from './shard-once.ts';
import { workReport } from './tally.ts';
import type { WorkReport } from './work-report.ts';

/**
 * Does what is to do now and ends: everything that stood in the streams when it began is settled, also
 * while sales go on; due holds, new buckets, closing pools and recovery are seen to.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN, BUSY (run it again), PENDING (a shard is frozen)
 */
export async function workOnce(
  dependencies: WorkerDependencies,
  { report, signal, reconcile }: Pick<WorkerOptions, 'report' | 'signal' | 'reconcile'>,
): Promise<WorkReport> {
  const options = { report, signal, reconcile, pollMs: 0, heartbeatMs: 0 };
  const outages = createOutages(report);
  const shards = Array.from({ length: dependencies.gate.shards }, (_, shard) =>
    createShardWork({ shard, dependencies, options, outages, suspects: new Map() }),
  );
  let lagEvents = 0;
  let failure: InvError | undefined;
  for (const work of shards) {
    try {
      lagEvents += await workShardOnce(work);
    } catch (error) {
      // Where one node of a cluster is away, the shards of the others are seen to all the same.
      if (!isRedisAway(error)) throw error;
      failure ??= error;
    }
  }
  if (failure !== undefined) throw failure;
  return workReport(
    shards.map(({ tally }) => tally),
    lagEvents,
  );
}

function isRedisAway(error: unknown): error is InvError {
  return (
    error instanceof InvError &&
    error.code === 'STORE_UNAVAILABLE' &&
    error.facts['store'] === 'redis'
  );
}
