import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { shown } from './shown.ts';

const INPUT_CHARACTERS_MAX = 64;

/** Most amounts are written so already: files of a hundred thousand lines are read faster by asking first. */
const CANONICAL = /^(?:0|[1-9][0-9]{0,13})\.[0-9]{2}$/;

/**
 * An amount ≥ 0 with at most 14 digits before and 4 after the point, as a decimal string: money is never a
 * binary float. The canonical text has 2 to 4 decimals: `3` → `3.00`, `1.2500` → `1.25`.
 */
export function parseMoney(text: string): Parsed<string> {
  if (CANONICAL.test(text)) return parsed(text);
  if (text === '') return refused('is empty; write an amount such as 1.25');
  const match =
    text.length > INPUT_CHARACTERS_MAX ? null : /^(0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(text);
  if (match === null) return refused(reasonAgainst(text));
  const whole = match[1] ?? '0';
  const decimals = (match[2] ?? '').replace(/0+$/, '');
  if (whole.length > 14) return refused(`${shown(text)} has more than 14 digits before the point`);
  if (decimals.length > 4) {
    return refused(
      `${shown(text)} has more than 4 decimals; did you mean ${rounded(whole, decimals)}?`,
    );
  }
  return parsed(`${whole}.${decimals.padEnd(2, '0')}`);
}

function reasonAgainst(text: string): string {
  if (/^-[0-9]/.test(text)) return `${shown(text)} is negative; an amount is 0 or more`;
  if (/^[0-9]*,[0-9]+$/.test(text)) {
    return `${shown(text)} has a comma; write a point and no thousands separators`;
  }
  if (/^\.[0-9]+$/.test(text)) {
    return `${shown(text)} starts with a point; write 0${shown(text).slice(1, -1)}`;
  }
  return `${shown(text)} is not an amount such as 1.25 (digits and one point, at most 4 decimals)`;
}

/** Rounded half up to 4 decimals in whole ten-thousandths: float noise such as 9.80000019 becomes 9.80. */
function rounded(whole: string, decimals: string): string {
  const roundsUp = decimals.charAt(4) >= '5';
  const tenThousandths = BigInt(whole + decimals.slice(0, 4)) + (roundsUp ? 1n : 0n);
  const digits = tenThousandths.toString().padStart(5, '0');
  const kept = digits.slice(-4).replace(/0+$/, '').padEnd(2, '0');
  return `${digits.slice(0, -4)}.${kept}`;
}
