import type { Parsed } from '../domain/parse/parsed.ts';
import { parsed, refused } from '../domain/parse/parsed.ts';
import type { CatalogueStatus } from '../ports/product-store.ts';
import type { Terminal } from './terminal/types.ts';

export const STATUSES = ['active', 'archived', 'all'] as const;

/** What fits on a few screens; a pipe gets everything. */
const TERMINAL_ROWS_MAX = 50;

const SEARCH_CHARACTERS_MAX = 200;

/** null = both. */
export function statusOf(choice: (typeof STATUSES)[number]): CatalogueStatus | null {
  return choice === 'all' ? null : choice;
}

export function listLimit(terminal: Terminal, limit: number | undefined): number {
  return (
    limit ?? (terminal.format === 'table' && terminal.stdout.isTty ? TERMINAL_ROWS_MAX : Infinity)
  );
}

export function parseSearch(text: string): Parsed<string> {
  const wanted = text.trim();
  if (wanted === '') return refused('it is empty');
  if (wanted.length <= SEARCH_CHARACTERS_MAX) return parsed(wanted);
  return refused(`it is longer than ${SEARCH_CHARACTERS_MAX} characters`);
}

/** Under a page that is full: whether more follows is for the next page to say. */
export function moreHint(count: number, next: string): string {
  return `${String(count)} shown; the next page: ${next}`;
}
