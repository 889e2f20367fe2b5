import { listPools } from '../../../services/pools/list-pools.ts';
import type { ShownPool } from '../../../services/pools/shown-pool.ts';
import type { Context } from '../../context.ts';

/**
 * The pools of a product that are not closed, for commands about something else: Redis is asked only
 * when there is one, and when it does not answer that is a warning.
 */
export async function openPools(context: Context, product: string): Promise<readonly ShownPool[]> {
  const filter = { product, location: null, includeClosed: false };
  const pools = await listPools(await context.pools(), filter);
  const warnings = new Set(pools.flatMap((pool) => pool.warnings));
  for (const warning of warnings) context.terminal.warn(warning);
  return pools;
}
