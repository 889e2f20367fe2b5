import { Command } from 'commander';
import { addPostingOptions, postingOptions } from './posting-options.ts';
import type { PostingFlags, StockMoveOptions } from './posting-options.ts';

/** `inv stock out SKU QTY`: goods that leave. Never more than is available. */
export function stockOutCommand(run: (options: StockMoveOptions) => Promise<void>): Command {
  const command = new Command('out')
    .summary('book goods that leave')
    .description(
      'Books goods that leave: one product, or the lines of a file. Never more than is available.',
    )
    .argument('[sku]', 'product, by SKU or barcode')
    .argument('[quantity]', 'base units, in plain digits');
  return addPostingOptions(command).action(
    (sku: string | undefined, quantity: string | undefined, flags: PostingFlags) =>
      run(postingOptions('out', sku, quantity, flags)),
  );
}
