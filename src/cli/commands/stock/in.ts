import { Command } from 'commander';
import { addPostingOptions, postingOptions } from './posting-options.ts';
import type { PostingFlags, StockMoveOptions } from './posting-options.ts';

/** `inv stock in SKU QTY`: goods received. */
export function stockInCommand(run: (options: StockMoveOptions) => Promise<void>): Command {
  const command = new Command('in')
    .summary('book goods received')
    .description('Books goods received into stock: one product, or the lines of a file.')
    .argument('[sku]', 'product, by SKU or barcode')
    .argument('[quantity]', 'base units, in plain digits')
    .option('--supplier <code>', 'who sent them')
    .option('--cost <money>', 'cost of one base unit, such as 1.25');
  return addPostingOptions(command).action(
    (sku: string | undefined, quantity: string | undefined, flags: PostingFlags) =>
      run(postingOptions('in', sku, quantity, flags)),
  );
}
