import { InvError } from '../lib/errors.ts';
import { keepWorkerRepair } from '../services/reconcile/keep-worker-repair.ts';
import type { WorkerRepair } from '../services/reconcile/keep-worker-repair.ts';
import type { ShardWork } from './shard-work.ts';

/** The work goes on without it: what was mended is in the log as well. */
export async function keepRepair(
  { options: { reconcile, report } }: Pick<ShardWork, 'options'>,
  repair: WorkerRepair,
): Promise<void> {
  if (reconcile === undefined) return;
  try {
    await keepWorkerRepair(await reconcile.dependencies(), repair);
  } catch (error) {
    if (!(error instanceof InvError)) throw error;
    const text = `a repair is made and not kept in the history: ${error.message}`;
    report({ level: 'warn', shard: repair.shard, text });
  }
}
