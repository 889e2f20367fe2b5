import type { ShardProgress } from '../../../ports/pool-books.ts';
import type { Session } from '../session.ts';

const SET_LIMIT = 'UPDATE settlement_progress SET loss_limit = ? WHERE shard = ?';
const HAS_LIVE = "SELECT id FROM pools WHERE shard = ? AND state <> 'closed' LIMIT 1";

/**
 * Takes the configured loss limit over. A smaller one waits until no pool of the shard is live: Redis
 * still allows the larger loss, and a rebuild must set aside what may be lost, not what will be.
 */
export async function setLossLimit(
  session: Session,
  shards: readonly ShardProgress[],
  limit: number | null,
): Promise<void> {
  for (const { shard, lossLimit } of shards) {
    if (limit === lossLimit) continue;
    const isSmaller = limit !== null && lossLimit !== null && limit < lossLimit;
    if (isSmaller && (await session.rows(HAS_LIVE, [shard])).length > 0) continue;
    await session.run(SET_LIMIT, [limit, shard]);
  }
}
