import { workerStatus } from '../../../worker/worker-status.ts';
import type { Context } from '../../context.ts';
import { needsAttention, statusPresentation } from './status-view.ts';

/** Exit code 6 when somebody has something to do: a frozen shard, parked events, work that nobody does. */
export async function runWorkerStatus(context: Context): Promise<void> {
  const shards = await workerStatus(await context.pools());
  await context.terminal.print(statusPresentation(shards));
  if (needsAttention(shards)) context.finishWith('PENDING');
}
