import { parsed, refused } from '../../../domain/parse/parsed.ts';
import type { Parsed } from '../../../domain/parse/parsed.ts';
import { parseLevel } from '../../../domain/parse/quantity.ts';
import { shown } from '../../../domain/parse/shown.ts';
import type { Terminal } from '../../terminal/types.ts';

/** Rows that a page has when nobody says how many. */
export const PAGE_ROWS = 50;

/** `--limit N`: 0 = no limit. */
export function parseLimit(text: string): Parsed<number | null> {
  const limit = parseLevel(text);
  if (!limit.ok) return refused(`${shown(text)} is not a number of rows (0 = all of them)`);
  return parsed(limit.value === 0 ? null : limit.value);
}

/** The width that a person sees: tables are for people, also in a pipe. null = a script reads it. */
export function personColumns({
  format,
  stdout,
}: Pick<Terminal, 'format' | 'stdout'>): number | null {
  return format === 'table' ? stdout.columns : null;
}
