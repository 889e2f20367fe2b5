import { openPool } from '../../../services/pools/open-pool.ts';
import type { ShownPool } from '../../../services/pools/shown-pool.ts';
import { showStock } from '../../../services/stock/show-stock.ts';
import type { Context } from '../../context.ts';
import { refuseEviction } from '../../refuse-eviction.ts';
import { changeAndPrint } from './change-and-print.ts';
import type { PoolOpenOptions } from './open.ts';

export async function runPoolOpen(context: Context, options: PoolOpenOptions): Promise<void> {
  const { product, quantity, terms, buckets = 1, requestId } = options;
  const location = options.location ?? context.loaded.config.stock.location;
  if (!context.globals.dryRun) await refuseEviction(context);
  const { pool } = await changeAndPrint(context, {
    requestId,
    reason: options.reason,
    change: (dependencies, write) =>
      openPool(dependencies, { product, location, quantity, terms, buckets }, write),
    sentence: ({ pool: opened }, style) =>
      `${style.bold(opened.sku)} at ${opened.location}: pool ${String(opened.poolId)} is ${opened.state}`,
  });
  await noteSafetyStock(context, pool);
}

/** A sale may take what MySQL has kept back, unless the floor keeps it: somebody may not have meant that. */
async function noteSafetyStock(
  context: Context,
  { sku, location, terms }: ShownPool,
): Promise<void> {
  const { product, levels } = await showStock(await context.readers(), {
    product: sku,
    asOf: null,
  });
  const level = levels.find((candidate) => candidate.location === location);
  const kept = (level === undefined ? 0 : level.onHand - (level.reserved ?? 0)) + terms.floor;
  const missing = product.safetyStock - kept;
  if (missing <= 0) return;
  context.terminal.warn(
    `the safety stock of ${sku} is ${String(product.safetyStock)}, and this pool may sell ` +
      `${String(missing)} of it; a pool with --floor ${String(missing + terms.floor)} would not`,
  );
}
