import { Command } from 'commander';
import { parseBuyer } from '../../../domain/parse/buyer.ts';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseDuration } from '../../../domain/parse/duration.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { parseReference } from '../../../domain/parse/text.ts';
import { addRequestIdOption, given, requestIdOf } from '../../option-values.ts';
import { productArgument } from '../stock/product-argument.ts';

export interface OrderPlaceOptions {
  /** A SKU or a barcode. */
  readonly product: string;
  readonly quantity: number;
  readonly buyer: string | undefined;
  /** Milliseconds that the units are set aside for; undefined = sold at once. */
  readonly holdMs: number | undefined;
  readonly location: string | undefined;
  readonly reference: string | undefined;
  readonly requestId: string | undefined;
}

interface Flags {
  readonly buyer?: string;
  readonly hold?: string;
  readonly location?: string;
  readonly ref?: string;
  readonly requestId?: string;
}

/** Shorter, and it would be over before the buyer has seen it; longer is a reservation, not a hold. */
const HOLD_BOUNDS = { minMs: 1_000, maxMs: 7 * 86_400_000 };

/** `inv order place SKU QTY`: sells from the pool, or holds for a while. */
export function orderPlaceCommand(run: (options: OrderPlaceOptions) => Promise<void>): Command {
  const command = new Command('place')
    .summary('sell units from the pool, or hold them')
    .description(
      'Sells units from the open pool of a product. With --hold they are set aside for that long: ' +
        '"inv order confirm" sells them, "inv order cancel" or the end of the time gives them back.',
    )
    .argument('<sku>', 'product, by SKU or barcode')
    .argument('<quantity>', 'base units, in plain digits')
    .option('--buyer <id>', 'who buys; needed where a pool has a limit per buyer')
    .option('--hold <duration>', 'set aside for so long instead of selling: 15m, 2h')
    .option('--location <code>', 'where; default: stock.location (MAIN)')
    .option('--ref <text>', 'reference: what the order is called elsewhere');
  return addRequestIdOption(command).action((sku: string, quantity: string, flags: Flags) =>
    run({
      product: productArgument(sku),
      quantity: must(parseQuantity(quantity), 'quantity'),
      buyer: given(flags.buyer, parseBuyer, '--buyer'),
      holdMs: given(flags.hold, (text) => parseDuration(text, HOLD_BOUNDS), '--hold'),
      location: given(flags.location, parseCode, '--location'),
      reference: given(flags.ref, parseReference, '--ref'),
      requestId: requestIdOf(flags),
    }),
  );
}
