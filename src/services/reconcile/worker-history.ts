import type { Finding } from '../../domain/reconcile/finding.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { HeldLock } from '../../ports/named-locks.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { workerRepairLock } from './finish-cut-off.ts';
import type { MadeByWorker } from './made-by-worker.ts';
import {
  beginInRun,
  endWorkerRun,
  findingOfRun,
  recordInRun,
  startWorkerRun,
} from './worker-run.ts';
import type { WorkerRun } from './worker-run.ts';

/** Another worker that mends the same shard is done by then, or does not move. */
const LOCK_WAIT_MS = 3_000;

/**
 * Keeps what a worker mends by itself in one shard as runs of their own. Like every repair in Redis, one is
 * written down before it is made and gets its receipt after it, so that the receipt of a worker which was
 * killed in between is written by whoever comes next. Meanwhile a lock says that the worker is at it. A
 * shard that is opened before there was any pool is no repair.
 *
 * States: nothing open → begun (a run, with findings that have no end yet) → nothing open. A repair that
 * does not succeed stays begun until one does, or until the difference is gone.
 */
export interface WorkerHistory {
  /** Whether something was begun and has no end yet. */
  isOpen(): boolean;
  /** Before a repair. Again, it does nothing. @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN */
  begin(finding: Finding): Promise<void>;
  /**
   * After it, also of repairs that were not begun.
   * @param isLeft whether something that was begun and not made is still so; else it is gone by itself
   * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN: what was begun is left to whoever finishes it
   */
  end(
    made: readonly MadeByWorker[],
    options: { readonly isLeft: (finding: Finding) => boolean },
  ): Promise<void>;
}

export function createWorkerHistory(
  dependencies: ReconcileDependencies,
  shard: number,
): WorkerHistory {
  const { books, locks } = dependencies;
  let run: WorkerRun | null = null;
  let lock: HeldLock | null = null;

  async function record(made: readonly MadeByWorker[]): Promise<void> {
    for (const { finding, outcome } of made) {
      run ??= await startWorkerRun(dependencies, finding);
      const one = await findingOfRun(dependencies, run, finding);
      if (outcome !== null) await recordInRun(dependencies, run, { one, outcome });
    }
  }

  return {
    isOpen: () => run !== null,
    begin: async (finding) => {
      if (!(await books.hasPools())) return;
      lock ??= await locks.take(workerRepairLock(shard), { waitMs: LOCK_WAIT_MS });
      run ??= await startWorkerRun(dependencies, finding);
      await beginInRun(dependencies, run, await findingOfRun(dependencies, run, finding));
      await failpoint('worker.repair_begun');
    },
    end: async (made, { isLeft }) => {
      try {
        if (run === null && (made.length === 0 || !(await books.hasPools()))) return;
        await failpoint('worker.repair_made');
        await record(made);
        if (run !== null && (await endWorkerRun(dependencies, run, isLeft))) run = null;
      } catch (error) {
        run = null;
        throw error;
      } finally {
        await lock?.release();
        lock = null;
      }
    },
  };
}
