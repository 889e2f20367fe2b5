import { Command } from 'commander';
import { must } from '../../../domain/parse/parsed.ts';
import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { addPoolOptions, poolTarget } from './pool-options.ts';
import type { PoolFlags, PoolTarget } from './pool-options.ts';

export interface PoolTopUpOptions extends PoolTarget {
  readonly quantity: number;
}

/** `inv pool top-up SKU QTY`: more units for a pool that is open. */
export function poolTopUpCommand(run: (options: PoolTopUpOptions) => Promise<void>): Command {
  const command = new Command('top-up')
    .summary('hand more units to a pool that is open')
    .description('Hands more units to a pool that is open, while it sells.')
    .argument('<sku>', 'product, by SKU or barcode')
    .argument('<quantity>', 'base units to add, in plain digits');
  return addPoolOptions(command).action((sku: string, quantity: string, flags: PoolFlags) =>
    run({ ...poolTarget(sku, flags), quantity: must(parseQuantity(quantity), 'quantity') }),
  );
}
