import { Option } from 'commander';
import type { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseMoney } from '../../../domain/parse/money.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { parseQuantity } from '../../../domain/parse/quantity.ts';
import { parseRequestId } from '../../../domain/parse/request-id.ts';
import { parseReason, parseReference } from '../../../domain/parse/text.ts';
import { STRATEGY_NAMES } from '../../../domain/posting.ts';
import type { StrategyName } from '../../../domain/posting.ts';
import { InvError } from '../../../lib/errors.ts';

/** What commander hands over. */
export interface PostingFlags {
  readonly location?: string;
  readonly supplier?: string;
  readonly cost?: string;
  readonly ref?: string;
  readonly reason?: string;
  readonly requestId?: string;
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
  readonly strategy: StrategyName | undefined;
}

export function addPostingOptions(command: Command): Command {
  return command
    .option('--location <code>', 'where; default: stock.location (MAIN)')
    .option('--ref <text>', 'reference: the order or delivery it belongs to')
    .option('--reason <text>', 'why, in words')
    .option('--request-id <id>', 'books once, however often it is sent')
    .addOption(
      new Option('--strategy <name>', 'how concurrent writers are kept apart').choices(
        STRATEGY_NAMES,
      ),
    );
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
    location:
      flags.location === undefined ? undefined : must(parseCode(flags.location), '--location'),
    supplier:
      flags.supplier === undefined ? undefined : must(parseCode(flags.supplier), '--supplier'),
    unitCost: flags.cost === undefined ? undefined : must(parseMoney(flags.cost), '--cost'),
    reference: flags.ref === undefined ? undefined : must(parseReference(flags.ref), '--ref'),
    reason: flags.reason === undefined ? undefined : must(parseReason(flags.reason), '--reason'),
    requestId:
      flags.requestId === undefined
        ? undefined
        : must(parseRequestId(flags.requestId), '--request-id'),
    strategy: flags.strategy,
  };
}
