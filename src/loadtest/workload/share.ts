import type { Parsed } from '../../domain/parse/parsed.ts';
import { parsed, refused } from '../../domain/parse/parsed.ts';
import { shown } from '../../domain/parse/shown.ts';

/** A part of a whole: `0.3` or `30%`, from 0 to 1. */
export function parseShare(text: string): Parsed<number> {
  const match = /^((?:0|[1-9][0-9]{0,2})(?:\.[0-9]{1,9})?)(%?)$/.exec(text);
  if (match === null) return refused(`${shown(text)} is not a share such as 0.3 or 30%`);
  const share = match[2] === '%' ? Number(match[1]) / 100 : Number(match[1]);
  if (share > 1) return refused(`${shown(text)} is more than the whole (0 to 1, or 0% to 100%)`);
  return parsed(share);
}
