import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { given } from '../../option-values.ts';
import { productArgument } from '../stock/product-argument.ts';

export interface PoolShowOptions {
  /** A SKU or a barcode. */
  readonly product: string;
  readonly location: string | undefined;
}

/** `inv pool show SKU` */
export function poolShowCommand(run: (options: PoolShowOptions) => Promise<void>): Command {
  return new Command('show')
    .summary('one pool, as MySQL and Redis have it')
    .description(
      'Shows the pool of a product: what MySQL handed over and has booked, and what Redis has left, ' +
        'holds, and sold that is not booked yet. The last pool is shown when none is open.',
    )
    .argument('<sku>', 'product, by SKU or barcode')
    .option('--location <code>', 'where; default: stock.location (MAIN)')
    .action((sku: string, flags: { readonly location?: string }) =>
      run({
        product: productArgument(sku),
        location: given(flags.location, parseCode, '--location'),
      }),
    );
}
