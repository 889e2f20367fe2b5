import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { codePointName, shown } from './shown.ts';

const BUYER_CHARACTERS_MAX = 100;

/**
 * Who buys, as the shop names him: 1 to 100 printable ASCII characters without blanks, taken exactly. A
 * limit per buyer counts by it, so two spellings are two buyers.
 */
export function parseBuyer(text: string): Parsed<string> {
  if (/^[!-~]{1,100}$/.test(text)) return parsed(text);
  return refused(reasonAgainst(text));
}

function reasonAgainst(text: string): string {
  if (text === '') return 'is empty; a buyer has 1 to 100 characters';
  if (text.length > BUYER_CHARACTERS_MAX) {
    return `${shown(text)} is ${text.length} characters long; a buyer has at most ${BUYER_CHARACTERS_MAX}`;
  }
  const offender = /[^!-~]/u.exec(text)?.[0] ?? '';
  return `${shown(text)} contains ${codePointName(offender)}; a buyer is made of printable ASCII without blanks`;
}
