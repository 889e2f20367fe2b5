import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { shown } from './shown.ts';

const ISO_8601 = new RegExp(
  '^([0-9]{4})-([0-9]{2})-([0-9]{2})' +
    '(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{1,9}))?)?' +
    ' ?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$',
  'i',
);

const EXAMPLE = '2010-12-01, 2010-12-01 08:26:00 or 2010-12-01T08:26:00Z';

/**
 * An ISO 8601 date or time from 1970 to 2100. Without a zone it is UTC, never the machine's: a file means the
 * same everywhere. Finer than a millisecond is cut off, because a Date holds no more.
 */
export function parseInstant(text: string): Parsed<Date> {
  const match = text.length > 64 ? null : ISO_8601.exec(text);
  if (match === null) return refused(`${shown(text)} is not a time such as ${EXAMPLE}`);
  const part = (index: number): number => Number(match[index] ?? 0);
  const fields = [part(1), part(2), part(3), part(4), part(5), part(6)] as const;
  const fraction = (match[7] ?? '').padEnd(3, '0').slice(0, 3);
  if (!isOnTheClock(fields)) return refused(`${shown(text)} is no time of the calendar`);
  const offsetMinutes = zoneMinutes(match[8]);
  if (offsetMinutes === undefined) return refused(`${shown(text)} has an impossible zone`);
  const local = Date.UTC(
    fields[0],
    fields[1] - 1,
    fields[2],
    fields[3],
    fields[4],
    fields[5],
    Number(fraction),
  );
  const instant = new Date(local - offsetMinutes * 60_000);
  const utcYear = instant.getUTCFullYear();
  if (utcYear < 1970 || utcYear > 2100) {
    return refused(`${shown(text)} is not between 1970 and 2100`);
  }
  return parsed(instant);
}

/** `Date.UTC` turns 30 February into 2 March: what it changed was never a date. */
function isOnTheClock(fields: readonly [number, number, number, number, number, number]): boolean {
  const [year, month, day, hour, minute, second] = fields;
  const date = new Date(Date.UTC(year, month - 1, day));
  const isDate =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isDate && hour <= 23 && minute <= 59 && second <= 59;
}

/** Minutes east of Greenwich; undefined beyond the ±14 hours that exist. */
function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  if (Number(digits.slice(2)) > 59 || minutes > 14 * 60) return undefined;
  return zone.startsWith('-') ? -minutes : minutes;
}
