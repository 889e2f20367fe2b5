import { showPool } from '../../../services/pools/show-pool.ts';
import { releasePoolUnits } from '../../../services/pools/release-pool-units.ts';
import type { Context } from '../../context.ts';
import { changeAndPrint } from './change-and-print.ts';
import type { PoolTopUpOptions } from './top-up.ts';

/** @throws InvError CONFIRMATION_REQUIRED without a terminal and without --yes; nothing was touched */
export async function runPoolRelease(context: Context, options: PoolTopUpOptions): Promise<void> {
  const { product, quantity, requestId, reason } = options;
  const { globals, prompts, terminal } = context;
  const location = options.location ?? context.loaded.config.stock.location;
  const units = `${String(quantity)} units of ${product} at ${location}`;
  // Without so many in quarantine there is nothing to ask: it is refused, or was done before.
  const { quarantine } = await showPool(await context.pools(), { product, location });
  const isWanted =
    globals.yes ||
    globals.dryRun ||
    quarantine < quantity ||
    (await prompts.confirm({
      message: `Release ${units}? A buyer whose order was lost may still claim them.`,
      initial: false,
      otherwise: {
        message: `a buyer whose order was lost may still claim ${units}`,
        hint: `inv pool release ${product} ${String(quantity)} --yes`,
      },
    }));
  if (!isWanted) {
    terminal.note('nothing was released');
    return;
  }
  await changeAndPrint(context, {
    requestId,
    reason,
    change: (dependencies, write) =>
      releasePoolUnits(dependencies, { product, location, quantity }, write),
    sentence: ({ pool }, style) =>
      `${style.bold(pool.sku)} at ${pool.location}: ${String(quantity)} units are available again`,
  });
}
