import { Command } from 'commander';
import { productArgument } from './product-argument.ts';

export interface StockWhyOptions {
  readonly product: string;
}

/** `inv stock why SKU`: where a number comes from. */
export function stockWhyCommand(run: (options: StockWhyOptions) => Promise<void>): Command {
  return new Command('why')
    .summary('where the number of a product comes from')
    .description(
      'Explains the stock of one product: what the books say at each location, whether all its ' +
        'movements add up to that, and what happened last.',
    )
    .argument('<sku>', 'product, by SKU or barcode')
    .action((sku: string) => run({ product: productArgument(sku) }));
}
