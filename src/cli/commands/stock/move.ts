import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { addRequestOptions, commonOptions } from './posting-options.ts';
import type { CommonOptions, PostingFlags } from './posting-options.ts';
import { productArgument } from './product-argument.ts';

export interface StockMoveBetweenOptions extends CommonOptions {
  readonly product: string;
  readonly quantity: number;
  /** undefined = the configured location. */
  readonly from: string | undefined;
  readonly to: string;
}

interface MoveFlags extends PostingFlags {
  readonly from?: string;
  readonly to: string;
}

/** `inv stock move SKU QTY --from LOC --to LOC`: out of one location and into another, as one posting. */
export function stockMoveCommand(
  run: (options: StockMoveBetweenOptions) => Promise<void>,
): Command {
  const command = new Command('move')
    .summary('move goods from one location to another')
    .description('Books goods out of one location and into another: both or neither.')
    .argument('<sku>', 'product, by SKU or barcode')
    .argument('<quantity>', 'base units, in plain digits')
    .option('--from <code>', 'where they are; default: stock.location (MAIN)')
    .requiredOption('--to <code>', 'where they go');
  return addRequestOptions(command).action((sku: string, quantity: string, flags: MoveFlags) =>
    run({
      product: productArgument(sku),
      quantity: must(parseQuantity(quantity), 'quantity'),
      from: flags.from === undefined ? undefined : must(parseCode(flags.from), '--from'),
      to: must(parseCode(flags.to), '--to'),
      ...commonOptions(flags),
    }),
  );
}
