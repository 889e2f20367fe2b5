import type { RecoverOutcome } from '../services/pools/recover-outcome.ts';
import { recoverShard } from '../services/pools/recover-shard.ts';
import { shutShard } from '../services/reconcile/check-pools.ts';
import { openedByWorker } from '../services/reconcile/made-by-worker.ts';
import { isSame } from '../services/reconcile/worker-run.ts';
import { keepRepair } from './keep-repair.ts';
import { recoveryLines } from './log-lines.ts';
import type { ShardWork } from './shard-work.ts';

/**
 * Recovers a shard, counts it, says what came of it (but for a frozen one), and keeps it in the history of
 * reconciliation.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (the shard stays shut; ask again)
 */
export async function recoverAndKeep(work: ShardWork): Promise<RecoverOutcome> {
  const { shard, dependencies, options, tally } = work;
  let outcome: RecoverOutcome | null = null;
  try {
    const onDue = (): Promise<void> =>
      keepRepair(work, ({ history }) => history.begin(shutShard(shard)));
    outcome = await recoverShard(dependencies, shard, { onDue });
    tally.recovered(outcome);
    if (outcome.status !== 'frozen') recoveryLines(shard, outcome).forEach(options.report);
    return outcome;
  } finally {
    await keepOutcome(work, outcome);
  }
}

/** @param outcome null: there was none, so it is tried again */
async function keepOutcome(work: ShardWork, outcome: RecoverOutcome | null): Promise<void> {
  const { shard, memory } = work;
  if (outcome === null && memory.history?.isOpen() !== true) return;
  await keepRepair(work, async ({ history, buckets }) => {
    const made = outcome === null ? [] : openedByWorker(shard, outcome, await buckets());
    const isOpen = outcome?.status === 'not_due';
    await history.end(made, {
      isLeft: (finding) => !isOpen || !isSame(finding, shutShard(shard)),
    });
  });
}
