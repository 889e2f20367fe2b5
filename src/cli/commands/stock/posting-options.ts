import { Option } from 'commander';
import type { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseExactInstant } from '../../../domain/parse/moment.ts';
import { parseMoney } from '../../../domain/parse/money.ts';
import { must } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { parseRequestId } from '../../../domain/parse/request-id.ts';
import { parseReason, parseReference } from '../../../domain/parse/text.ts';
import { STRATEGY_NAMES } from '../../../domain/posting.ts';
import type { StrategyName } from '../../../domain/posting.ts';
import { InvError } from '../../../lib/errors.ts';
import { fileOptions } from './file-options.ts';
import type { FileFlags, FileOptions } from './file-options.ts';
import type { FileMeaning } from '../../../services/stock/file-lines.ts';

/** What commander hands over. */
export interface PostingFlags {
  readonly location?: string;
  readonly supplier?: string;
  readonly cost?: string;
  readonly ref?: string;
  readonly reason?: string;
  readonly requestId?: string;
  readonly occurredAt?: string;
  readonly strategy?: StrategyName;
}

/** One line in or out, checked. What a terminal may still be asked for is undefined. */
export interface StockMoveOptions {
  readonly direction: 'in' | 'out';
  readonly product: string | undefined;
  readonly quantity: number | undefined;
  readonly location: string | undefined;
  readonly supplier: string | undefined;
  readonly unitCost: string | undefined;
  readonly reference: string | undefined;
  readonly reason: string | undefined;
  readonly requestId: string | undefined;
  /** ISO 8601 UTC. */
  readonly occurredAt: string | undefined;
  readonly strategy: StrategyName | undefined;
}

export function addPostingOptions(command: Command): Command {
  return addRequestOptions(
    command
      .option('--location <code>', 'where; default: stock.location (MAIN)')
      .option('--occurred-at <time>', 'when it happened, if not now: 2010-12-01T08:26:00Z'),
  );
}

/** What every write of stock takes. */
export function addRequestOptions(
  command: Command,
  { withReference = true }: { readonly withReference?: boolean } = {},
): Command {
  if (withReference) {
    command.option('--ref <text>', 'reference: the order or delivery it belongs to');
  }
  return command
    .option('--reason <text>', 'why, in words')
    .option('--request-id <id>', 'books once, however often it is sent')
    .addOption(
      new Option('--strategy <name>', 'how concurrent writers are kept apart').choices(
        STRATEGY_NAMES,
      ),
    );
}

/** A file of stock lines: `in`/`out --from FILE`, `import FILE`. */
export interface StockFileOptions extends FileOptions, CommonOptions {
  readonly kind: FileMeaning['kind'];
}

/** What the lines of a file have in common. @throws InvError USAGE, INVALID_INPUT */
export function stockFileOptions(
  kind: 'in' | 'out' | 'import',
  path: string,
  flags: PostingFlags & FileFlags,
): StockFileOptions {
  return { ...fileOptions(path, flags), kind, ...commonOptions(flags) };
}

/** @throws InvError INVALID_INPUT before any store is touched */
export function postingOptions(
  direction: 'in' | 'out',
  product: string | undefined,
  quantity: string | undefined,
  flags: PostingFlags,
): StockMoveOptions {
  if (product?.trim() === '') throw new InvError('INVALID_INPUT', 'SKU: it is empty');
  return {
    direction,
    product,
    quantity: quantity === undefined ? undefined : must(parseQuantity(quantity), 'quantity'),
    ...commonOptions(flags),
  };
}

export type CommonOptions = Omit<StockMoveOptions, 'direction' | 'product' | 'quantity'>;

/** @throws InvError INVALID_INPUT */
export function commonOptions(flags: PostingFlags): CommonOptions {
  const read = <T>(
    text: string | undefined,
    parse: (text: string) => Parsed<T>,
    name: string,
  ): T | undefined => (text === undefined ? undefined : must(parse(text), name));
  return {
    location: read(flags.location, parseCode, '--location'),
    supplier: read(flags.supplier, parseCode, '--supplier'),
    unitCost: read(flags.cost, parseMoney, '--cost'),
    reference: read(flags.ref, parseReference, '--ref'),
    reason: read(flags.reason, parseReason, '--reason'),
    requestId: read(flags.requestId, parseRequestId, '--request-id'),
    occurredAt: read(flags.occurredAt, parseExactInstant, '--occurred-at'),
    strategy: flags.strategy,
  };
}
