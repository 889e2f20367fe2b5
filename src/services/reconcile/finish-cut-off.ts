import type { Finding } from '../../domain/reconcile/finding.ts';
import type { CutOffRepair, Receipt, RepairOutcome } from '../../ports/repairs.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { lookAgain } from './look-again.ts';
import type { ShardRemedy } from './look-again.ts';
import { lostInShard } from './lost-sales.ts';
import { requestIdOf } from './request-id.ts';

export interface FinishedRepairs {
  /** Of repairs that an earlier run made and had no time to tell. */
  readonly receipts: readonly Receipt[];
  /** What Redis may have lost, where one of them loaded it anew. */
  readonly revealed: readonly Finding[];
}

/**
 * Writes the receipts that a run left out which was killed between a repair in Redis and the books: what
 * is in order now gets one, what is not is left to whoever finds it next. For whoever holds the lock of
 * runs, because no other run is in the middle of a repair then, and a worker that is holds one of its own.
 */
export async function finishCutOff(dependencies: ReconcileDependencies): Promise<FinishedRepairs> {
  const receipts: Receipt[] = [];
  const revealed: Finding[] = [];
  for (const cut of await dependencies.books.cutOffRepairs()) {
    const finished = cut.isByWorker
      ? await unlessAtWork(dependencies, cut)
      : await finishRepair(dependencies, cut);
    if (finished?.receipt === undefined) continue;
    receipts.push(finished.receipt);
    revealed.push(...finished.revealed);
  }
  return { receipts, revealed };
}

/** While a worker holds its lock it is not cut off, and tells the end by itself. */
async function unlessAtWork(
  dependencies: ReconcileDependencies,
  cut: CutOffRepair,
): Promise<FinishedRepair | null> {
  const { remedy } = cut.finding;
  if (!('shard' in remedy)) return null;
  const lock = await dependencies.locks.take(workerRepairLock(remedy.shard), { waitMs: 0 });
  if (lock === null) return null;
  try {
    return await finishRepair(dependencies, cut);
  } finally {
    await lock.release();
  }
}

/** Of the lock that a worker holds while it mends a shard. */
export function workerRepairLock(shard: number): string {
  return `repair:${shard}`;
}

export interface FinishedRepair {
  /** undefined: it was not mended by it, or another has written its receipt. */
  readonly receipt: Receipt | undefined;
  readonly revealed: readonly Finding[];
}

/** @returns null while the shard cannot be looked at */
export async function finishRepair(
  dependencies: ReconcileDependencies,
  cut: CutOffRepair,
): Promise<FinishedRepair | null> {
  const { books, origin, lateMs } = dependencies;
  const { remedy } = cut.finding;
  if (!('shard' in remedy)) return null;
  const end = await endOf(await dependencies.pools(), { cut, remedy, lateMs });
  if (end === null) return null;
  const requestId = requestIdOf(cut.foundBy, cut);
  const isWritten = await books.finishRepair({ ...cut, requestId, origin }, end.outcome);
  if (!isWritten || end.outcome.status !== 'repaired') return { receipt: undefined, revealed: [] };
  const { before, after } = end.outcome;
  return { receipt: { runId: cut.runId, requestId, before, after }, revealed: end.revealed };
}

interface Ending {
  readonly outcome: RepairOutcome;
  readonly revealed: readonly Finding[];
}

/** @returns null while the shard cannot be looked at */
async function endOf(
  pools: PoolDependencies,
  {
    cut,
    remedy,
    lateMs,
  }: { readonly cut: CutOffRepair; readonly remedy: ShardRemedy; readonly lateMs: number },
): Promise<Ending | null> {
  const { finding, begunAt } = cut;
  const seen = await lookAgain(pools, { finding, remedy, lateMs });
  if (seen.status === 'unseen') return null;
  if (seen.status === 'same') {
    const reason = `the run was cut off, and it is so after it: ${seen.finding.evidence}`;
    return { outcome: { status: 'failed', reason }, revealed: [] };
  }
  const before = finding.evidence;
  const loss = remedy.kind === 'recover' ? await pools.books.loss(remedy.shard) : null;
  if (loss === null || loss.at < begunAt) {
    const after = 'in order now: by this run, which was cut off before it said so, or by a worker';
    return { outcome: { status: 'repaired', before, after }, revealed: [] };
  }
  const after = `loaded anew from the books: up to ${loss.units} units that Redis had sold may be lost; the run was cut off before it said so`;
  return {
    outcome: { status: 'repaired', before, after },
    revealed: [lostInShard(remedy.shard, loss.units)],
  };
}
