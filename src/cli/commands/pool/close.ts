import { Command } from 'commander';
import { addPoolOptions, poolTarget } from './pool-options.ts';
import type { PoolFlags, PoolTarget } from './pool-options.ts';

/** `inv pool close SKU`: the end of a sale. */
export function poolCloseCommand(run: (options: PoolTarget) => Promise<void>): Command {
  const command = new Command('close')
    .summary('end the sale; unsold units come back')
    .description(
      'Ends the sale: nothing more is sold, holds are given back, what was sold is booked, and the ' +
        'rest is available in MySQL again. Asks first, because a sale stops; --yes answers it.',
    )
    .argument('<sku>', 'product, by SKU or barcode');
  return addPoolOptions(command).action((sku: string, flags: PoolFlags) =>
    run(poolTarget(sku, flags)),
  );
}
