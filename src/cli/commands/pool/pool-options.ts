import type { Command } from 'commander';
import { parseCode } from '../../../domain/parse/code.ts';
import { parseReason } from '../../../domain/parse/text.ts';
import { addRequestIdOption, given, requestIdOf } from '../../option-values.ts';
import { productArgument } from '../stock/product-argument.ts';

export interface PoolFlags {
  readonly location?: string;
  readonly reason?: string;
  readonly requestId?: string;
}

/** The pool a write is about, and why. undefined = the default, or nothing. */
export interface PoolTarget {
  /** A SKU or a barcode. */
  readonly product: string;
  readonly location: string | undefined;
  readonly reason: string | undefined;
  readonly requestId: string | undefined;
}

export function addPoolOptions(command: Command): Command {
  return addRequestIdOption(
    command
      .option('--location <code>', 'where; default: stock.location (MAIN)')
      .option('--reason <text>', 'why, in words'),
  );
}

/** @throws InvError INVALID_INPUT before any store is touched */
export function poolTarget(sku: string, flags: PoolFlags): PoolTarget {
  return {
    product: productArgument(sku),
    location: given(flags.location, parseCode, '--location'),
    reason: given(flags.reason, parseReason, '--reason'),
    requestId: requestIdOf(flags),
  };
}
