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
 * runs, because nobody else is in the middle of a repair then.
 */
export async function finishCutOff(dependencies: ReconcileDependencies): Promise<FinishedRepairs> {
  const { books, origin } = dependencies;
  const receipts: Receipt[] = [];
  const revealed: Finding[] = [];
  for (const cut of await books.cutOffRepairs()) {
    const { remedy } = cut.finding;
    if (!('shard' in remedy)) continue;
    const pools = await dependencies.pools();
    const end = await endOf(pools, { cut, remedy, lateMs: dependencies.lateMs });
    if (end === null) continue;
    const requestId = requestIdOf(cut.foundBy, cut);
    await books.finishRepair({ ...cut, requestId, origin }, end.outcome);
    if (end.outcome.status !== 'repaired') continue;
    const { before, after } = end.outcome;
    receipts.push({ runId: cut.runId, requestId, before, after });
    revealed.push(...end.revealed);
  }
  return { receipts, revealed };
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
