import type { Command } from 'commander';
import type { Parsed } from '../domain/parse/parsed.ts';
import { must, parsed, refused } from '../domain/parse/parsed.ts';
import { parseRequestId } from '../domain/parse/request-id.ts';
import { parseSku } from '../domain/parse/sku.ts';
import { InvError } from '../lib/errors.ts';

/** The value of an optional flag, checked. @throws InvError INVALID_INPUT before any store is touched */
export function given<T>(
  text: string | undefined,
  parse: (text: string) => Parsed<T>,
  name: string,
): T | undefined {
  return text === undefined ? undefined : must(parse(text), name);
}

export function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

export function addRequestIdOption(command: Command): Command {
  return command.option('--request-id <id>', 'writes once, however often it is sent');
}

export function requestIdOf(flags: { readonly requestId?: string }): string | undefined {
  return given(flags.requestId, parseRequestId, '--request-id');
}

/** `--limit`, `--if-version`: a whole number from 1. */
export function parsePositive(text: string): Parsed<number> {
  if (/^[1-9][0-9]{0,14}$/.test(text)) return parsed(Number(text));
  return refused('write a whole number from 1');
}

/** A product is named by SKU or barcode; what can be neither is refused before any store is touched. */
export function productText(text: string): string {
  const trimmed = text.trim();
  if (/^[!-~]{1,64}$/.test(trimmed)) return text;
  must(parseSku(text), 'SKU');
  return text;
}

export function nothingGiven(command: string, flags: readonly string[]): InvError {
  return new InvError('USAGE', `nothing to change: give at least one of ${flags.join(', ')}`, {
    hint: `${command} --help`,
  });
}

/** The fields that were given, and no others: an edit leaves the rest as it is. */
export function givenFields<T extends object>(fields: {
  readonly [K in keyof T]: T[K] | undefined;
}): Partial<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  // Only fields without a value are left out, so each that is there has its own type.
  return Object.fromEntries(entries) as Partial<T>;
}
