import type { WorkerDependencies, WorkerOptions } from './dependencies.ts';
import { createOutages } from './outages.ts';
import { pause } from './pause.ts';
import { reconcileLoop } from './reconcile-loop.ts';
import { workShard } from './shard-worker.ts';
import { createShardWork } from './shard-work.ts';
import type { Suspects } from './suspects.ts';
import { workReport } from './tally.ts';
import type { WorkReport } from './work-report.ts';

/** After the signal, for the transactions under way. */
const STOP_MS = 10_000;

/**
 * Works until the signal: settles every shard, gives due holds back, hands grants to Redis, drives
 * closing pools to closed, recovers. Of several workers one reads a shard and the next stands by.
 * A store that goes away is waited for; nothing but the signal ends it.
 * @returns what was done, once the transactions under way have ended (bounded: ten seconds)
 */
export async function runWorker(
  dependencies: WorkerDependencies,
  options: WorkerOptions,
): Promise<WorkReport> {
  const outages = createOutages(options.report);
  const suspects: Suspects = new Map();
  const shards = Array.from({ length: dependencies.gate.shards }, (_, shard) =>
    createShardWork({ shard, dependencies, options, outages, suspects }),
  );
  const reconciling = reconcileLoop(dependencies, options, suspects);
  const work = [...shards.map(workShard), reconciling];
  const ended = Promise.all(work).then(() => 'ended' as const);
  if ((await inTime(ended, dependencies, options.signal)) === 'late') {
    options.report({
      level: 'warn',
      shard: null,
      text: 'a store did not answer in time after the stop; what was under way is undone or done, never half',
    });
  }
  return workReport(
    shards.map(({ tally }) => tally),
    shards.reduce((sum, { memory }) => sum + (memory.backlog ?? 0), 0),
  );
}

/** What ends first: the work, or the time after the signal; no timer stays behind. */
async function inTime(
  ended: Promise<'ended'>,
  { clock }: Pick<WorkerDependencies, 'clock'>,
  signal: AbortSignal,
): Promise<'ended' | 'late'> {
  const done = new AbortController();
  const late = async (): Promise<'late'> => {
    await aborted(signal);
    await pause(clock, STOP_MS, done.signal);
    return 'late';
  };
  try {
    return await Promise.race([ended, late()]);
  } finally {
    done.abort();
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
