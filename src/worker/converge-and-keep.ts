import { convergeShard } from '../services/pools/converge-shard.ts';
import type { Convergence } from '../services/pools/converge-shard.ts';
import { foundByWorker, mendedByWorker } from '../services/reconcile/made-by-worker.ts';
import { isSame } from '../services/reconcile/worker-run.ts';
import { keepRepair } from './keep-repair.ts';
import type { ShardWork } from './shard-work.ts';

/**
 * Compares a shard with the books, mends what can be mended, and keeps that in the history of
 * reconciliation.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (run it again: it is idempotent)
 */
export async function convergeAndKeep(work: ShardWork): Promise<Convergence> {
  const { shard, dependencies } = work;
  let compared: Convergence | null = null;
  try {
    compared = await convergeShard(dependencies, shard, {
      repair: true,
      onRepair: (finding) =>
        keepRepair(work, async ({ history, buckets }) =>
          history.begin(foundByWorker(shard, finding, await buckets())),
        ),
    });
    return compared;
  } finally {
    await keepMended(work, compared);
  }
}

/** @param compared null: it came to no end, so it is tried again */
async function keepMended(work: ShardWork, compared: Convergence | null): Promise<void> {
  const { shard, memory } = work;
  const isNews = compared?.findings.some(({ isRepaired }) => isRepaired) === true;
  if (!isNews && !memory.mayBeCutOff && memory.history?.isOpen() !== true) return;
  await keepRepair(work, async ({ history, buckets }) => {
    const known = await buckets();
    const findings = compared?.findings ?? [];
    const named = findings.map((one) => ({ ...one, finding: foundByWorker(shard, one, known) }));
    const made = named.filter(({ isRepaired }) => isRepaired);
    const left = named.filter(({ isRepaired }) => !isRepaired);
    await history.end(
      made.map(({ finding }) => mendedByWorker(finding)),
      {
        isLeft: (finding) =>
          compared?.status !== 'converged' || left.some((one) => isSame(one.finding, finding)),
      },
    );
  });
}
