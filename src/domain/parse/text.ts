import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { shown } from './shown.ts';

/** Names, reasons, contacts: stored exactly as written, because escaping is the task of whoever shows them. */
export const parseName = freeText({ charactersMax: 200 });
export const parseReason = freeText({ charactersMax: 200 });
export const parseReference = freeText({ charactersMax: 200 });
export const parseUnit = freeText({ charactersMax: 16 });
export const parseContact = freeText({ charactersMax: 200 });
export const parsePhone = freeText({ charactersMax: 64 });
export const parseEmail = freeText({ charactersMax: 254 });
export const parseActor = freeText({ charactersMax: 100 });

/**
 * A parser of text that is stored verbatim. It refuses only what a store cannot give back: NUL, half surrogate
 * pairs, too many characters (code points, as MySQL's utf8mb4 columns count them), and text of nothing but spaces.
 */
function freeText({ charactersMax }: { charactersMax: number }): (text: string) => Parsed<string> {
  return (text) => {
    if (text.trim() === '') return refused(`is empty; write 1 to ${charactersMax} characters`);
    if (text.length > charactersMax && characterCount(text, charactersMax) > charactersMax) {
      return refused(`${shown(text)} is longer than ${charactersMax} characters`);
    }
    if (text.includes('\0')) return refused(`${shown(text)} contains U+0000`);
    if (/\p{Surrogate}/u.test(text)) {
      return refused(`${shown(text)} contains half of a surrogate pair`);
    }
    return parsed(text);
  };
}

/** Stops counting just beyond the limit: the input may be megabytes. */
function characterCount(text: string, limit: number): number {
  return Array.from(text.slice(0, 2 * limit + 2)).length;
}
