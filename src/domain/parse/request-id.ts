import { assert } from '../../lib/assert.ts';
import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { codePointName, shown } from './shown.ts';

const REQUEST_ID_CHARACTERS_MAX = 100;

/** 1 to 100 printable ASCII characters, taken exactly: `R1`, `r1` and `R1 ` are never one request. */
export function parseRequestId(text: string): Parsed<string> {
  if (/^[A-Za-z0-9][A-Za-z0-9._:/@#+=-]{0,99}$/.test(text)) return parsed(text);
  return refused(reasonAgainst(text));
}

/**
 * The request id of one line of a file: the same file gives the same ids, so running it twice moves stock once.
 * 160 bits of the hash are kept, which is beyond any accident.
 */
export function lineRequestId(fileSha256: string, line: number): string {
  assert(/^[0-9a-f]{64}$/.test(fileSha256), 'a file hash is 64 hexadecimal digits');
  return `${fileSha256.slice(0, 40)}:${line}`;
}

function reasonAgainst(text: string): string {
  if (text === '') return 'is empty; a request id has 1 to 100 characters';
  if (text.length > REQUEST_ID_CHARACTERS_MAX) {
    return `${shown(text)} is ${text.length} characters long; a request id has at most ${REQUEST_ID_CHARACTERS_MAX}`;
  }
  const offender = /[^A-Za-z0-9._:/@#+=-]/u.exec(text)?.[0];
  if (offender === undefined) return `${shown(text)} does not start with a letter or a digit`;
  const name = codePointName(offender);
  return `${shown(text)} contains ${name}; a request id is made of A-Z a-z 0-9 . _ : / @ # + = -`;
}
