import { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseLevel } from '../../../domain/parse/quantity.ts';
import { parseSku } from '../../../domain/parse/sku.ts';
import { parseName } from '../../../domain/parse/text.ts';
import type { StockListPlace } from '../../../ports/stock-reader.ts';
import { parseLimit } from './list-options.ts';

export interface StockListOptions {
  readonly location: string | null;
  readonly search: string | null;
  readonly availableBelow: number | null;
  readonly all: boolean;
  readonly after: StockListPlace | null;
  /** null = all of it; undefined = what suits the output. */
  readonly limit: number | null | undefined;
}

interface ListFlags {
  readonly location?: string;
  readonly search?: string;
  readonly below?: string;
  readonly all?: true;
  readonly after?: string;
  readonly limit?: string;
}

/** `inv stock list`: what there is, product by product. */
export function stockListCommand(run: (options: StockListOptions) => Promise<void>): Command {
  return new Command('list')
    .summary('what there is, product by product')
    .description('Lists stock in the order of SKU and location, where anything is on hand.')
    .option('--location <code>', 'only there')
    .option('--search <text>', 'only products with this in their SKU or name')
    .option('--below <n>', 'only where fewer than so many are available, none included')
    .option('--all', 'also where nothing is on hand')
    .option(
      '--limit <n>',
      'rows; default: 50 on a terminal, all in a pipe and with --json; 0 = all',
    )
    .option('--after <sku>', 'go on after this SKU, or after SKU@LOCATION')
    .action((flags: ListFlags) => run(listOptions(flags)));
}

/** @throws InvError INVALID_INPUT */
function listOptions(flags: ListFlags): StockListOptions {
  const { location, search, below, after, limit } = flags;
  return {
    location: location === undefined ? null : must(parseCode(location), '--location'),
    search: search === undefined ? null : must(parseName(search), '--search').trim(),
    availableBelow: below === undefined ? null : must(parseLevel(below), '--below'),
    all: flags.all === true,
    after: after === undefined ? null : placeOf(after),
    limit: limit === undefined ? undefined : must(parseLimit(limit), '--limit'),
  };
}

/** No code contains an @, so `SKU@LOCATION` can mean one place only. */
function placeOf(text: string): StockListPlace {
  const at = text.indexOf('@');
  if (at < 0) return { sku: must(parseSku(text), '--after'), location: null };
  return {
    sku: must(parseSku(text.slice(0, at)), '--after'),
    location: must(parseCode(text.slice(at + 1)), '--after'),
  };
}
