import { Command } from 'commander';
import { must } from '../../../domain/parse/parsed.ts';
import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { addPoolOptions, poolTarget } from './pool-options.ts';
import type { PoolFlags } from './pool-options.ts';
import type { PoolTopUpOptions } from './top-up.ts';

/** `inv pool release SKU QTY`: units of the quarantine that nobody claims. */
export function poolReleaseCommand(run: (options: PoolTopUpOptions) => Promise<void>): Command {
  const command = new Command('release')
    .summary('make units of the quarantine available again')
    .description(
      'After Redis has lost data, and with pools.loss_limit_units, units stay reserved because sales ' +
        'that were lost may own them (quarantine). This makes them available: when nobody has claimed ' +
        'them, or to honour a claim by "inv stock out". Asks first; --yes answers it.',
    )
    .argument('<sku>', 'product, by SKU or barcode')
    .argument('<quantity>', 'base units to release, in plain digits');
  return addPoolOptions(command).action((sku: string, quantity: string, flags: PoolFlags) =>
    run({ ...poolTarget(sku, flags), quantity: must(parseQuantity(quantity), 'quantity') }),
  );
}
