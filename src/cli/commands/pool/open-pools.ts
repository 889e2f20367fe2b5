import { InvError } from '../../../lib/errors.ts';
import type { ShownStores } from '../../../services/pools/gate-view.ts';
import { showBuckets } from '../../../services/pools/list-pools.ts';
import type { ShownPool } from '../../../services/pools/shown-pool.ts';
import type { Context } from '../../context.ts';

/**
 * The pools of a product that are not closed, and closed ones with units in quarantine, for commands about something else: Redis is asked only
 * when there is one, and when it cannot be asked that is a warning.
 */
export async function openPools(
  context: Context,
  productId: number,
): Promise<readonly ShownPool[]> {
  const readers = await context.readers();
  const all = await readers.buckets(productId);
  const live = new Set(
    all.filter((one) => one.state !== 'closed' || one.quarantine > 0).map((one) => one.poolId),
  );
  const buckets = all.filter(({ poolId }) => live.has(poolId));
  if (buckets.length === 0) return [];
  const pools = await showBuckets(await storesOrWhy(context), buckets);
  const warnings = new Set(pools.flatMap((pool) => pool.warnings));
  for (const warning of warnings) context.terminal.warn(warning);
  return pools;
}

/** A gate that cannot be opened is one whose every answer is why. */
async function storesOrWhy(context: Context): Promise<ShownStores> {
  try {
    return await context.pools();
  } catch (error) {
    if (!(error instanceof InvError)) throw error;
    const refuse = (): Promise<never> => Promise.reject(error);
    return { gate: { snapshot: refuse }, books: { shard: refuse } };
  }
}
