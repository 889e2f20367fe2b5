import type { Finding } from '../../domain/reconcile/finding.ts';
import type { CutOffRepair, Receipt } from '../../ports/repairs.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { finishRepair, workerRepairLock } from './finish-cut-off.ts';
import { recordRevealed } from './record-revealed.ts';

export interface FinishedWorkerRepairs {
  readonly receipts: readonly Receipt[];
  /** What Redis may have lost; kept in the run that was cut off. */
  readonly revealed: readonly Finding[];
  /** False: the shard cannot be looked at, or another worker mends it; ask again. */
  readonly isComplete: boolean;
}

/**
 * Writes the receipts of repairs of one shard that a worker made which was killed before it told them. To
 * be called before the shard is mended again, so that each repair has one receipt.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (ask again)
 */
export async function finishWorkerRepairs(
  dependencies: ReconcileDependencies,
  shard: number,
): Promise<FinishedWorkerRepairs> {
  if ((await cutOffIn(dependencies, shard)).length === 0) return NOTHING;
  const lock = await dependencies.locks.take(workerRepairLock(shard), { waitMs: 0 });
  if (lock === null) return { ...NOTHING, isComplete: false };
  try {
    return await finishAll(dependencies, await cutOffIn(dependencies, shard));
  } finally {
    await lock.release();
  }
}

const NOTHING: FinishedWorkerRepairs = { receipts: [], revealed: [], isComplete: true };

async function cutOffIn(
  { books }: ReconcileDependencies,
  shard: number,
): Promise<readonly CutOffRepair[]> {
  return (await books.cutOffRepairs()).filter(
    ({ isByWorker, finding: { remedy } }) =>
      isByWorker && 'shard' in remedy && remedy.shard === shard,
  );
}

async function finishAll(
  dependencies: ReconcileDependencies,
  cutOff: readonly CutOffRepair[],
): Promise<FinishedWorkerRepairs> {
  const receipts: Receipt[] = [];
  const revealed: Finding[] = [];
  let isComplete = true;
  for (const cut of cutOff) {
    const finished = await finishRepair(dependencies, cut);
    isComplete &&= finished !== null;
    if (finished?.receipt === undefined) continue;
    receipts.push(finished.receipt);
    const findings = await dependencies.books.findingsOf(cut.runId);
    await recordRevealed(dependencies, cut.runId, { findings, revealed: finished.revealed });
    revealed.push(...finished.revealed);
  }
  return { receipts, revealed, isComplete };
}
