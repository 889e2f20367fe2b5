import type { Parsed } from '../../domain/parse/parsed.ts';
import { parsed, refused } from '../../domain/parse/parsed.ts';
import { shown } from '../../domain/parse/shown.ts';

/** More than one machine can start, and few enough that a slip of the finger is refused. */
export const RATE_PER_SECOND_MAX = 1_000_000;

const SECONDS_OF: ReadonlyMap<string, number> = new Map([
  ['ms', 0.001],
  ['s', 1],
  ['m', 60],
  ['h', 3_600],
]);

/** `10000/s`, `0.5/s`, `600/m` as starts a second. A number without a unit is refused: in what time? */
export function parseRate(text: string): Parsed<number> {
  const match = /^((?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?)\/(ms|s|m|h)$/.exec(text);
  const seconds = SECONDS_OF.get(match?.[2] ?? '');
  if (match === null || seconds === undefined) return refused(reasonAgainst(text));
  const ratePerSecond = Number(match[1]) / seconds;
  if (ratePerSecond > RATE_PER_SECOND_MAX) {
    return refused(`${shown(text)} is more than ${RATE_PER_SECOND_MAX}/s`);
  }
  return parsed(ratePerSecond);
}

function reasonAgainst(text: string): string {
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return `${shown(text)} has no unit; write ${text}/s`;
  return `${shown(text)} is not a rate such as 10000/s, 0.5/s or 600/m`;
}
