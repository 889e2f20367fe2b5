import { nextAfter } from '../domain/cron.ts';
import { isOpen } from '../domain/reconcile/verdict.ts';
import { InvError } from '../lib/errors.ts';
import { reconcileByWorker } from '../services/reconcile/reconcile-by-worker.ts';
import type { ReconcileResult } from '../services/reconcile/run-reconcile.ts';
import type { WorkerDependencies, WorkerLine, WorkerOptions } from './dependencies.ts';
import { pause } from './pause.ts';

/** Between two looks at what is due. */
const LOOK_MS = 1_000;

/** Buckets about which something happened that asks for a look; `EVERYTHING` where nobody knows which. */
export type Suspects = Set<number>;

export const EVERYTHING = 0;

/**
 * Checks everything when the schedule says so, and at once the products about which a shard has told
 * something: a parked event, a finding that it could not mend. One of several workers does it.
 */
export async function reconcileLoop(
  { clock }: Pick<WorkerDependencies, 'clock'>,
  { reconcile, signal, report }: WorkerOptions,
  suspects: Suspects,
): Promise<void> {
  if (reconcile === undefined) return;
  const { schedule, dependencies } = reconcile;
  const next = (): number =>
    (schedule === null ? null : nextAfter(schedule, clock.now())) ?? Infinity;
  let dueMs = next();
  while (!signal.aborted) {
    await pause(clock, LOOK_MS, signal);
    const isDue = clock.now() >= dueMs;
    if (!isDue && suspects.size === 0) continue;
    const asked = [...suspects];
    suspects.clear();
    try {
      const bucketIds = isDue || asked.includes(EVERYTHING) ? null : asked;
      const sinceMs = isDue ? dueMs : null;
      const result = await reconcileByWorker(await dependencies(), { bucketIds, sinceMs });
      if (result !== null) for (const line of linesOf(result)) report(line);
    } catch (error) {
      if (!(error instanceof InvError)) throw error;
      report({ level: 'warn', shard: null, text: `not reconciled: ${error.message}` });
    }
    if (isDue) dueMs = next();
  }
}

function linesOf({ runId, findings, unchecked }: ReconcileResult): readonly WorkerLine[] {
  const open = findings.filter(isOpen);
  if (open.length === 0 && unchecked.length === 0) return [];
  return [
    ...open.map(({ finding }): WorkerLine => {
      const level = finding.severity === 'violation' ? 'alarm' : 'warn';
      return { level, shard: null, text: `${finding.evidence} [${finding.check}]` };
    }),
    ...unchecked.map(({ reason }): WorkerLine => ({
      level: 'warn',
      shard: null,
      text: `not checked: ${reason}`,
    })),
    { level: 'info', shard: null, text: `more: inv reconcile show ${runId}` },
  ];
}
