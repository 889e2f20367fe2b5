import { nextAfter } from '../domain/cron.ts';
import { isOpen } from '../domain/reconcile/verdict.ts';
import { InvError } from '../lib/errors.ts';
import { checkAsked } from '../services/reconcile/check-asked.ts';
import { checkOnSchedule } from '../services/reconcile/check-on-schedule.ts';
import type { ReconcileResult } from '../services/reconcile/run-reconcile.ts';
import type { WorkerDependencies, WorkerLine, WorkerOptions } from './dependencies.ts';
import { pause } from './pause.ts';
import { askForChecks } from './suspects.ts';
import type { Suspects } from './suspects.ts';

/** Between two looks at what is due. */
const LOOK_MS = 1_000;
/** After a check that was asked for, so that a flood of bad answers is not a flood of runs. */
const REST_MS = 10_000;
/** After one that could not look at everything, and is made again. */
const RETRY_MS = 60_000;

/**
 * Checks everything when the schedule says so, and at once the products that somebody has asked for: a
 * shard of this worker that parked an event or could not mend something, or any other process that got an
 * answer which ought not to be. One of several workers does it.
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
  let restsUntilMs = 0;
  let failure: string | null = null;
  while (!signal.aborted) {
    await pause(clock, LOOK_MS, signal);
    const isDue = clock.now() >= dueMs;
    try {
      const opened = await dependencies();
      await askForChecks(opened, suspects);
      if (isDue) {
        say(report, await checkOnSchedule(opened, { sinceMs: dueMs }));
      } else if (clock.monotonic() >= restsUntilMs) {
        const result = await checkAsked(opened);
        say(report, result);
        if (result !== null) restsUntilMs = clock.monotonic() + restOf(result);
      }
      failure = null;
    } catch (error) {
      if (!(error instanceof InvError)) throw error;
      if (error.message !== failure) {
        report({ level: 'warn', shard: null, text: `not reconciled: ${error.message}` });
      }
      failure = error.message;
    }
    if (isDue) dueMs = next();
  }
}

function restOf({ unchecked }: ReconcileResult): number {
  return unchecked.length === 0 ? REST_MS : RETRY_MS;
}

function say(report: WorkerOptions['report'], result: ReconcileResult | null): void {
  if (result !== null) for (const line of linesOf(result)) report(line);
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
