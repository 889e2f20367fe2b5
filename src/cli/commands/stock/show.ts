import { Command } from 'commander';
import { parseExactInstant } from '../../../domain/parse/moment.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { productArgument } from './product-argument.ts';

export interface StockShowOptions {
  readonly product: string;
  readonly all: boolean;
  /** ISO 8601 UTC; undefined = now. */
  readonly asOf: string | undefined;
}

/** `inv stock show SKU`: what there is of one product, and where. */
export function stockShowCommand(run: (options: StockShowOptions) => Promise<void>): Command {
  return new Command('show')
    .summary('what there is of one product, and where')
    .description('Shows one product: on hand, reserved and available, at each location.')
    .argument('<sku>', 'product, by SKU or barcode')
    .option('--all', 'also locations where nothing is on hand')
    .option(
      '--as-of <time>',
      'on hand as of this time, by when movements occurred; a date is its midnight UTC',
    )
    .action((sku: string, flags: { readonly all?: true; readonly asOf?: string }) =>
      run({
        product: productArgument(sku),
        all: flags.all === true,
        asOf: flags.asOf === undefined ? undefined : must(parseExactInstant(flags.asOf), '--as-of'),
      }),
    );
}
