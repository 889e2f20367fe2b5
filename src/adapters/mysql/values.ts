import { assert } from '../../lib/assert.ts';

/** A BIGINT or an exact DECIMAL (as SUM gives) as a number; beyond 2^53 - 1 it would lie, so it stops. */
export function integer(value: number | string): number {
  const result = Number(value);
  // The message is made only when it is needed: this runs for every number of every row.
  if (!Number.isSafeInteger(result)) {
    assert(false, `an exact integer comes from the database, not ${String(value)}`);
  }
  return result;
}

/** DATETIME(6) in UTC, `2026-01-31 08:00:00.123456`, as ISO 8601. */
export function isoFromDatetime(value: string): string {
  return `${value.replace(' ', 'T')}Z`;
}

/** ISO 8601 UTC as MySQL reads a DATETIME(6). */
export function datetimeFromIso(value: string): string {
  return value.replace('T', ' ').replace(/Z$/, '');
}

/** DECIMAL(18,4) as a decimal string with two to four places: `1.2500` is `1.25`. */
export function money(value: string | null): string | null {
  return value === null ? null : value.replace(/0{1,2}$/, '');
}
