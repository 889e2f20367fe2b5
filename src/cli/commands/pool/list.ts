import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { given } from '../../option-values.ts';
import { productArgument } from '../stock/product-argument.ts';

export interface PoolListOptions {
  /** A SKU or a barcode; undefined = every product. */
  readonly product: string | undefined;
  readonly location: string | undefined;
  /** Closed ones as well. */
  readonly all: boolean;
}

interface Flags {
  readonly sku?: string;
  readonly location?: string;
  readonly all?: true;
}

/** `inv pool list` */
export function poolListCommand(run: (options: PoolListOptions) => Promise<void>): Command {
  return new Command('list')
    .summary('the pools that sell or are being closed')
    .description('Lists the pools that are open or closing, with what Redis has of each.')
    .option('--sku <sku>', 'only of this product, by SKU or barcode')
    .option('--location <code>', 'only there')
    .option('--all', 'also those that are closed')
    .action(({ sku, location, all }: Flags) =>
      run({
        product: sku === undefined ? undefined : productArgument(sku),
        location: given(location, parseCode, '--location'),
        all: all === true,
      }),
    );
}
