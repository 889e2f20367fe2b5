import type { Parsed } from './parsed.ts';
import { parsed, refused } from './parsed.ts';
import { codePointName, shown } from './shown.ts';

const BARCODE_CHARACTERS_MAX = 64;
const INPUT_CHARACTERS_MAX = 10_000;

/** A scanned code: 1 to 64 printable ASCII characters without spaces, kept exactly as scanned (case included). */
export function parseBarcode(text: string): Parsed<string> {
  if (text.length > INPUT_CHARACTERS_MAX) {
    return refused(
      `is ${text.length} characters long; a barcode has at most ${BARCODE_CHARACTERS_MAX}`,
    );
  }
  const code = text.trim();
  if (code === '') return refused('is empty; a barcode has 1 to 64 characters');
  const offender = /[^!-~]/u.exec(code)?.[0];
  if (offender !== undefined) {
    const name = codePointName(offender);
    return refused(`${shown(text)} contains ${name}; a barcode is printable ASCII without spaces`);
  }
  if (code.length > BARCODE_CHARACTERS_MAX) {
    const length = code.length;
    return refused(`${shown(text)} is ${length} characters long; a barcode has at most 64`);
  }
  return parsed(code);
}

/**
 * Whether an EAN-8, UPC-A, EAN-13 or GTIN-14 number ends in its GS1 check digit. Undefined for any other
 * code, which has none. Advice only: shops do print wrong ones.
 */
export function hasValidCheckDigit(barcode: string): boolean | undefined {
  if (!/^(\d{8}|\d{12,14})$/.test(barcode)) return undefined;
  let sum = 0;
  for (let index = 0; index < barcode.length; index += 1) {
    const fromRight = barcode.length - 1 - index;
    sum += Number(barcode.charAt(index)) * (fromRight % 2 === 0 ? 1 : 3);
  }
  return sum % 10 === 0;
}

/** Several barcodes in one cell of a file: `A;B`. A `;` or `\` of a barcode itself is written `\;` or `\\`. */
export function joinBarcodes(barcodes: readonly string[]): string {
  return barcodes.map((barcode) => barcode.replace(/[\\;]/g, '\\$&')).join(';');
}

/** The barcodes of a cell, each unescaped and not yet parsed; empty parts (`A;;B;`) are left out. */
export function splitBarcodes(cell: string): string[] {
  if (!/[\\;]/.test(cell)) return cell.trim() === '' ? [] : [cell];
  const parts = cell.match(/(?:\\[\\;]|[^;])+/g) ?? [];
  return parts.map((part) => part.replace(/\\([\\;])/g, '$1')).filter((part) => part.trim() !== '');
}
