import { Command, Option } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseExactInstant, parseMoment } from '../../../domain/parse/moment.ts';
import { must, parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { parseRequestId } from '../../../domain/parse/request-id.ts';
import { shown } from '../../../domain/parse/shown.ts';
import { parseReference } from '../../../domain/parse/text.ts';
import { POSTING_KINDS } from '../../../domain/posting.ts';
import type { HistoryQuestion } from '../../../services/stock/ledger-history.ts';
import { PAGE_ROWS, parseLimit } from './list-options.ts';
import { productArgument } from './product-argument.ts';

interface HistoryFlags {
  readonly location?: string;
  readonly kind?: string;
  readonly reference?: string;
  readonly requestId?: string;
  readonly supplier?: string;
  readonly since?: string;
  readonly until?: string;
  readonly asOf?: string;
  readonly limit?: string;
  readonly before?: string;
}

/** The actor to look for is a global flag. */
export type StockHistoryOptions = Omit<HistoryQuestion, 'actor'>;

/** `inv stock history [SKU]`: the ledger, newest line first. */
export function stockHistoryCommand(run: (options: StockHistoryOptions) => Promise<void>): Command {
  return (
    new Command('history')
      .summary('the ledger, newest line first')
      .description(
        'Shows movements, newest first. Times are UTC, belong to the range, and are about when a ' +
          'movement occurred; a date is its midnight. Everywhere, also in a pipe, 50 lines are shown ' +
          'unless --limit says otherwise; --limit 0 streams all of them.',
      )
      .argument('[sku]', 'only this product, by SKU or barcode')
      .option('--location <code>', 'only there')
      .addOption(new Option('--kind <kind>', 'only postings of this kind').choices(POSTING_KINDS))
      // The program takes this flag for all commands: here it says whose movements to show.
      .option('--actor <name>', 'only what this actor booked')
      .option('--reference <text>', 'only with this reference')
      .option('--request-id <id>', 'only the posting of this request')
      .option('--supplier <code>', 'only with this supplier')
      .option('--since <time>', 'from this time on, or so long ago: 2h, 7d')
      .option('--until <time>', 'up to this time')
      .option('--as-of <time>', 'the books as they stood then, with the balance for a SKU')
      .option('--limit <n>', `lines; 0 = all (default: ${String(PAGE_ROWS)})`)
      .option('--before <movement-id>', 'go on below this movement')
      .action((sku: string | undefined, flags: HistoryFlags) => run(historyOptions(sku, flags)))
  );
}

/** @throws InvError INVALID_INPUT */
function historyOptions(sku: string | undefined, flags: HistoryFlags): StockHistoryOptions {
  const read = <T>(
    text: string | undefined,
    parse: (text: string) => Parsed<T>,
    name: string,
  ): T | null => (text === undefined ? null : must(parse(text), name));
  return {
    product: sku === undefined ? null : productArgument(sku),
    location: read(flags.location, parseCode, '--location'),
    supplier: read(flags.supplier, parseCode, '--supplier'),
    kind: flags.kind ?? null,
    reference: read(flags.reference, parseReference, '--reference'),
    requestId: read(flags.requestId, parseRequestId, '--request-id'),
    since: read(flags.since, parseMoment, '--since'),
    until: read(flags.until, parseMoment, '--until'),
    asOf: read(flags.asOf, parseExactInstant, '--as-of'),
    beforeId: read(flags.before, parseMovementId, '--before'),
    limit: flags.limit === undefined ? PAGE_ROWS : must(parseLimit(flags.limit), '--limit'),
  };
}

function parseMovementId(text: string): Parsed<number> {
  const id = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : Infinity;
  return Number.isSafeInteger(id) ? parsed(id) : refused(`${shown(text)} is no movement id`);
}
