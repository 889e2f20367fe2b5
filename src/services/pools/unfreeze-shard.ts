import type { ShardDependencies } from './dependencies.ts';
import type { RecoverOutcome } from './recover-outcome.ts';
import { reviveShard } from './revive-shard.ts';

/**
 * A person has looked, and the books are right as they are: what the stream still has after their position
 * is settled again, then Redis is loaded from them where it differs.
 * @returns what the recovery came to; `frozen` again where the stream contradicts the books (an epoch
 *   they never had)
 * @throws InvError STORE_UNAVAILABLE: Redis has to be there, because what it knows counts as known after
 */
export async function unfreezeShard(
  dependencies: ShardDependencies,
  shard: number,
): Promise<RecoverOutcome> {
  const seen = await dependencies.gate.snapshot(shard);
  await dependencies.books.unfreeze(shard, seen);
  return reviveShard(dependencies, shard);
}
