import { convergeShard } from './converge-shard.ts';
import type { ShardDependencies } from './dependencies.ts';
import type { RecoverOutcome } from './recover-outcome.ts';
import { recoverShard } from './recover-shard.ts';

/**
 * Recovers a shard where that is due, and hands it the buckets that it lacks all the same (a recovery that
 * died half way leaves new ones to whoever comes next): for those who have no worker beside them.
 * @throws InvError STORE_UNAVAILABLE, OUTCOME_UNKNOWN (ask again: it is idempotent)
 */
export async function reviveShard(
  dependencies: ShardDependencies,
  shard: number,
): Promise<RecoverOutcome> {
  const outcome = await recoverShard(dependencies, shard);
  if (outcome.status !== 'adopted' && outcome.status !== 'not_due') return outcome;
  const { created } = await convergeShard(dependencies, shard, { repair: true });
  return created > 0 && outcome.status === 'not_due' ? { status: 'adopted', buckets: [] } : outcome;
}
