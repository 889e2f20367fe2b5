import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { shown } from './shown.ts';

/** The most units that one quantity may name: far beyond any warehouse, far below 2^53. */
export const QUANTITY_MAX = 1_000_000_000_000;

const RANGE_TEXT = '1 to 1000000000000';

/** Whole base units, 1 … 10^12, in plain digits. */
export function parseQuantity(text: string): Parsed<number> {
  const units = digitsToUnits(text);
  if (!units.ok) return units;
  return units.value === 0 ? refused(`${shown(text)} is less than 1 (${RANGE_TEXT})`) : units;
}

/** A quantity with an optional sign, as ledgers have them: −10^12 … 10^12 but not 0. */
export function parseSignedQuantity(text: string): Parsed<number> {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const units = digitsToUnits(text.slice(sign.length));
  if (!units.ok) {
    return refused(
      `${shown(text)} is not a signed whole number (${RANGE_TEXT}, or -1 to -1000000000000)`,
    );
  }
  if (units.value === 0) return refused(`${shown(text)} moves nothing; a signed quantity is not 0`);
  return parsed(sign === '-' ? -units.value : units.value);
}

/** A level of stock (minimum, safety stock, counted units): 0 … 10^12. */
export function parseLevel(text: string): Parsed<number> {
  return digitsToUnits(text, '0 to 1000000000000');
}

function digitsToUnits(text: string, range: string = RANGE_TEXT): Parsed<number> {
  if (/^(?:0|[1-9][0-9]{0,12})$/.test(text)) {
    const units = Number(text);
    if (units <= QUANTITY_MAX) return parsed(units);
  }
  return refused(reasonAgainst(text, range));
}

function reasonAgainst(text: string, range: string): string {
  if (text === '') return `is empty; write a whole number (${range})`;
  if (/^[1-9][0-9]*$/.test(text)) return `${shown(text)} is too large (${range})`;
  if (/^0[0-9]+$/.test(text)) {
    return `${shown(text)} has leading zeros; write ${shownDigits(text.replace(/^0+(?=.)/, ''))}`;
  }
  if (text !== text.trim()) {
    return `${shown(text)} has spaces around it; write plain digits (${range})`;
  }
  return `${shown(text)} is not a whole number in plain digits (${range})`;
}

function shownDigits(digits: string): string {
  return digits.length > 13 ? 'a number without them' : digits;
}
