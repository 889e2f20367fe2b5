import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { codePointName, shown } from './shown.ts';

export const CANONICAL_CODE = /^[A-Z0-9][A-Z0-9._:/-]{0,63}$/;
const CODE_CHARACTERS_MAX = 64;

/** Normalising costs time in the length of its input, so what is absurdly long is refused before it. */
const INPUT_CHARACTERS_MAX = 10_000;

/**
 * The rule that SKUs, supplier codes and location codes share. The result is ASCII, on which trimming, NFKC
 * and upper-casing change nothing: parsing it again gives it again. `toUpperCase` knows no locale, so a
 * Turkish machine reads `i` like any other.
 */
export function parseCanonicalCode<T extends string>(
  text: string,
  { noun, isCanonical }: { noun: string; isCanonical: (text: string) => text is T },
): Parsed<T> {
  if (isCanonical(text)) return parsed(text);
  if (text.length > INPUT_CHARACTERS_MAX) {
    return refused(
      `is ${text.length} characters long; a ${noun} has at most ${CODE_CHARACTERS_MAX}`,
    );
  }
  const code = text.trim().normalize('NFKC').toUpperCase();
  if (isCanonical(code)) return parsed(code);
  return refused(reasonAgainst(code, { text, noun }));
}

function reasonAgainst(code: string, { text, noun }: { text: string; noun: string }): string {
  if (code === '') return `is empty; a ${noun} has 1 to ${CODE_CHARACTERS_MAX} characters`;
  const offender = /[^A-Z0-9._:/-]/u.exec(code)?.[0];
  if (offender !== undefined) {
    return `${shown(text)} contains ${described(offender)}; a ${noun} is made of A-Z 0-9 . _ : / -`;
  }
  if (code.length > CODE_CHARACTERS_MAX) {
    return `${shown(text)} is ${code.length} characters long; a ${noun} has at most ${CODE_CHARACTERS_MAX}`;
  }
  return `${shown(text)} starts with "${code.charAt(0)}"; a ${noun} starts with a letter or a digit`;
}

/** Printable ASCII is shown as it is too; of anything else the number says more than the look. */
function described(character: string): string {
  if (character === ' ') return 'a space (U+0020)';
  const name = codePointName(character);
  return /^[!-~]$/.test(character) ? `"${character}" (${name})` : name;
}
