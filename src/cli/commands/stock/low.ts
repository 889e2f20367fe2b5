import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { must } from '../../../domain/parse/parsed.ts';

export interface StockLowOptions {
  readonly location: string | null;
}

/** `inv stock low`: what has fallen below its minimum, and what to order from whom. */
export function stockLowCommand(run: (options: StockLowOptions) => Promise<void>): Command {
  return new Command('low')
    .summary('what is below its minimum, and what to order')
    .description(
      'Lists active products whose available units, over all locations, are fewer than their ' +
        'minimum: with the preferred or else the cheapest supplier, and the quantity to order ' +
        '(what is missing, or the minimum order where that is more).',
    )
    .option('--location <code>', 'compare with what is available there only')
    .action((flags: { readonly location?: string }) =>
      run({
        location:
          flags.location === undefined ? null : must(parseCode(flags.location), '--location'),
      }),
    );
}
