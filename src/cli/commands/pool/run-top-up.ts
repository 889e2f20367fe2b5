import { topUpPool } from '../../../services/pools/top-up-pool.ts';
import type { Context } from '../../context.ts';
import { changeAndPrint } from './change-and-print.ts';
import type { PoolTopUpOptions } from './top-up.ts';

export async function runPoolTopUp(context: Context, options: PoolTopUpOptions): Promise<void> {
  const { product, quantity, requestId } = options;
  const location = options.location ?? context.loaded.config.stock.location;
  await changeAndPrint(context, {
    requestId,
    reason: options.reason,
    change: (dependencies, write) =>
      topUpPool(dependencies, { product, location, quantity }, write),
    sentence: ({ pool }, style) =>
      `${style.bold(pool.sku)} at ${pool.location}: ${String(quantity)} more for pool ${String(pool.poolId)}`,
  });
}
