import { parseDuration } from './duration.ts';
import { parseInstant } from './instant.ts';
import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { shown } from './shown.ts';

/** A point in time as a question names it: a date, or how long ago. */
export type Moment = { readonly at: string } | { readonly agoMs: number };

/**
 * A date or time as ISO 8601 UTC to the microsecond, which is how exactly the ledger keeps it: a time
 * copied from the ledger finds its own line.
 */
export function parseExactInstant(text: string): Parsed<string> {
  const instant = parseInstant(text);
  if (!instant.ok) return instant;
  const fraction = /\.([0-9]{1,9})/.exec(text)?.[1] ?? '';
  const microseconds = fraction.padEnd(6, '0').slice(0, 6);
  return parsed(`${instant.value.toISOString().slice(0, 19)}.${microseconds}Z`);
}

/** A date, a time, or an age such as `2h` or `7d`. */
export function parseMoment(text: string): Parsed<Moment> {
  if (/^[0-9]+[a-z]+$/.test(text)) {
    const age = parseDuration(text, { maxMs: 36_600 * 86_400_000 });
    return age.ok ? parsed({ agoMs: age.value }) : age;
  }
  const instant = parseExactInstant(text);
  if (instant.ok) return parsed({ at: instant.value });
  return refused(
    /\d{4}-/.test(text)
      ? instant.message
      : `${shown(text)} is neither a time such as 2010-12-01 nor an age such as 2h or 7d`,
  );
}
