import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { shown } from './shown.ts';

/** Whole days from order to delivery, 0 to 3650. */
export function parseLeadDays(text: string): Parsed<number> {
  const days = /^(?:0|[1-9][0-9]{0,3})$/.test(text) ? Number(text) : Infinity;
  if (days <= 3650) return parsed(days);
  return refused(
    `${text === '' ? 'is empty' : `${shown(text)} is not a number of days`} (0 to 3650)`,
  );
}
