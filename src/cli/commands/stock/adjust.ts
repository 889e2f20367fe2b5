import { Command } from 'commander';
import { must } from '../../../domain/parse/parsed.ts';
import { parseLevel, parseSignedQuantity } from '../../../domain/parse/quantity.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { InvError } from '../../../lib/errors.ts';
import { addPostingOptions, commonOptions } from './posting-options.ts';
import type { CommonOptions, PostingFlags } from './posting-options.ts';
import { productArgument } from './product-argument.ts';

/** So many units more or fewer, or the level that was counted. */
export type Adjustment = { readonly by: number } | { readonly to: number };

export interface StockAdjustOptions extends CommonOptions {
  readonly product: string;
  readonly adjustment: Adjustment;
}

interface AdjustFlags extends PostingFlags {
  readonly by?: string;
  readonly to?: string;
}

const EXAMPLES = `
Examples:
  inv stock adjust MUG-RED -2 --reason "broken in the rack"
  inv stock adjust MUG-RED --by=+3 --location BAY-7
  inv stock adjust MUG-RED --to 118 --reason "counted"`;

/** `inv stock adjust SKU +N|-N|--to N`: the books corrected to what is there. */
export function stockAdjustCommand(run: (options: StockAdjustOptions) => Promise<void>): Command {
  const command = new Command('adjust')
    .summary('correct stock by +N, -N, or to a counted level')
    .description(
      'Corrects the books: by so many units, or to the level that was counted. A counted level is ' +
        'compared with the stock of the very moment it is booked, and the same request id gives the first answer again.',
    )
    .argument('<sku>', 'product, by SKU or barcode')
    .argument('[change]', 'base units with a sign: +5 or -5')
    .option('--by <change>', 'the same as the argument: --by=-5')
    .option('--to <level>', 'units that were counted; the change follows from it')
    .addHelpText('after', EXAMPLES);
  return addPostingOptions(command).action(
    (sku: string, change: string | undefined, flags: AdjustFlags) =>
      run(adjustOptions(sku, change, flags)),
  );
}

/** @throws InvError USAGE, INVALID_INPUT before any store is touched */
function adjustOptions(
  sku: string,
  change: string | undefined,
  flags: AdjustFlags,
): StockAdjustOptions {
  const product = productArgument(sku);
  return { product, adjustment: adjustment({ product, change, flags }), ...commonOptions(flags) };
}

function adjustment(given: {
  readonly product: string;
  readonly change: string | undefined;
  readonly flags: AdjustFlags;
}): Adjustment {
  const { change, product, flags } = given;
  const said = [change, flags.by, flags.to].filter((text) => text !== undefined);
  if (said.length !== 1) {
    const message =
      said.length === 0
        ? 'by how much? there is no change and no counted level'
        : 'give one of a change, --by and --to';
    throw new InvError('USAGE', message, { hint: waysOut(product, '5') });
  }
  if (flags.to !== undefined) return { to: must(parseLevel(flags.to), '--to') };
  return { by: signedChange(product, change ?? flags.by ?? '') };
}

/** A number without a sign could mean a change or a level: on a write nothing is guessed. */
function signedChange(product: string, text: string): number {
  if (/^[0-9]+$/.test(text)) {
    throw new InvError('INVALID_INPUT', `change: ${shown(text)} has no sign`, {
      hint: waysOut(product, text.slice(0, 13)),
      facts: { field: 'change' },
    });
  }
  return must(parseSignedQuantity(text), 'change');
}

function waysOut(product: string, units: string): string {
  return `inv stock adjust ${product} +${units} (or -${units}, or --to ${units} when you counted)`;
}
