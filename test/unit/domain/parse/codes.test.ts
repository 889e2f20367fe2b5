import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  hasValidCheckDigit,
  joinBarcodes,
  parseBarcode,
  splitBarcodes,
} from '../../../../src/domain/parse/barcode.ts';
import { parseCode } from '../../../../src/domain/parse/code.ts';
import { lineRequestId, parseRequestId } from '../../../../src/domain/parse/request-id.ts';
import { parseSku } from '../../../../src/domain/parse/sku.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 80 });

describe('a SKU', () => {
  it.each([
    ['', 'is empty; a SKU has 1 to 64 characters'],
    [' \t ', 'is empty; a SKU has 1 to 64 characters'],
    ['A B', '"A B" contains a space (U+0020); a SKU is made of A-Z 0-9 . _ : / -'],
    ['A\0B', '"A<U+0000>B" contains U+0000; a SKU is made of A-Z 0-9 . _ : / -'],
    ['A\u001b[31m', '"A<U+001B>[31m" contains U+001B; a SKU is made of A-Z 0-9 . _ : / -'],
    ['A\u202eB', '"A<U+202E>B" contains U+202E; a SKU is made of A-Z 0-9 . _ : / -'],
    ['A\ud83d', '"A<U+D83D>" contains U+D83D; a SKU is made of A-Z 0-9 . _ : / -'],
    ['杯子', '"杯子" contains U+676F; a SKU is made of A-Z 0-9 . _ : / -'],
    ['😀', '"😀" contains U+1F600; a SKU is made of A-Z 0-9 . _ : / -'],
    ["A';--", `"A';--" contains "'" (U+0027); a SKU is made of A-Z 0-9 . _ : / -`],
    ['-A', '"-A" starts with "-"; a SKU starts with a letter or a digit'],
    ['İ', '"İ" contains U+0130; a SKU is made of A-Z 0-9 . _ : / -'],
    ['A'.repeat(10_001), 'is 10001 characters long; a SKU has at most 64'],
    ['A'.repeat(65), `"${'A'.repeat(40)}…" is 65 characters long; a SKU has at most 64`],
    ['ß'.repeat(33), `"${'ß'.repeat(33)}" is 66 characters long; a SKU has at most 64`],
  ])('refuses %j and says why', (text, message) => {
    expect(parseSku(text)).toEqual({ ok: false, message });
  });

  it.each([
    ['85123a', '85123A'],
    [' mug-red\r\n', 'MUG-RED'],
    ['ＭＵＧ－１', 'MUG-1'],
    ['ﬁx', 'FIX'],
    ['straße', 'STRASSE'],
    ['ınci', 'INCI'],
    ['a.b_c:d/e-f', 'A.B_C:D/E-F'],
    ['Z'.repeat(64), 'Z'.repeat(64)],
  ])('reads %j as %s', (text, value) => {
    expect(parseSku(text)).toEqual({ ok: true, value });
    expect(parseCode(text)).toEqual({ ok: true, value });
  });

  it('is read the same again, never throws and never breaks its pattern', () => {
    const nearlySku = fc.string({
      unit: fc.constantFrom(...Array.from('aZ09._:/-ßﬁİıſK\u0301 ')),
      maxLength: 70,
    });
    fc.assert(
      fc.property(fc.oneof(anyText, nearlySku), (text) => {
        const sku = parseSku(text);
        if (!sku.ok) return sku.message !== '';
        expect(sku.value).toMatch(/^[A-Z0-9][A-Z0-9._:/-]{0,63}$/);
        expect(parseSku(sku.value)).toEqual(sku);
        expect(parseSku(` ${text.toLowerCase()}\t`).ok).toBe(true);
        return true;
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a supplier or location code', () => {
  it('is named as what it is when it is refused', () => {
    expect(parseCode('')).toEqual({
      ok: false,
      message: 'is empty; a code has 1 to 64 characters',
    });
  });
});

describe('a barcode', () => {
  it.each([
    ['', 'is empty; a barcode has 1 to 64 characters'],
    ['12 34', '"12 34" contains U+0020; a barcode is printable ASCII without spaces'],
    ['12\0', '"12<U+0000>" contains U+0000; a barcode is printable ASCII without spaces'],
    ['é', '"é" contains U+00E9; a barcode is printable ASCII without spaces'],
    ['1'.repeat(65), `"${'1'.repeat(40)}…" is 65 characters long; a barcode has at most 64`],
    ['1'.repeat(10_001), 'is 10001 characters long; a barcode has at most 64'],
  ])('refuses %j and says why', (text, message) => {
    expect(parseBarcode(text)).toEqual({ ok: false, message });
  });

  it('keeps its letter case and its leading zeros', () => {
    expect(parseBarcode('\t007aBc~!\n')).toEqual({ ok: true, value: '007aBc~!' });
  });

  it.each([
    ['4006381333931', true],
    ['4006381333932', false],
    ['036000291452', true],
    ['73513537', true],
    ['73513536', false],
    ['12345', undefined],
    ['400638133393A', undefined],
  ])('%s has a check digit that is right: %s', (barcode, isValid) => {
    expect(hasValidCheckDigit(barcode)).toBe(isValid);
  });

  it('comes back from a cell of several, whatever characters it is made of', () => {
    const barcode = fc.string({
      unit: fc.oneof(fc.constantFrom(';', '\\'), fc.string({ minLength: 1, maxLength: 1 })),
      minLength: 1,
      maxLength: 8,
    });
    const printable = barcode.filter((text) => /^[!-~]+$/.test(text));
    fc.assert(
      fc.property(fc.array(printable), (barcodes) => {
        expect(splitBarcodes(joinBarcodes(barcodes))).toEqual(barcodes);
      }),
    );
  });

  it('is not made of the empty parts of a cell', () => {
    expect(splitBarcodes(';A;; ;B;')).toEqual(['A', 'B']);
    expect(splitBarcodes('  ')).toEqual([]);
  });
});

describe('a request id', () => {
  it.each([
    ['', 'is empty; a request id has 1 to 100 characters'],
    ['R1 ', '"R1 " contains U+0020; a request id is made of A-Z a-z 0-9 . _ : / @ # + = -'],
    ['R\n', '"R<U+000A>" contains U+000A; a request id is made of A-Z a-z 0-9 . _ : / @ # + = -'],
    ['-R', '"-R" does not start with a letter or a digit'],
    ['r'.repeat(101), `"${'r'.repeat(40)}…" is 101 characters long; a request id has at most 100`],
  ])('refuses %j and says why', (text, message) => {
    expect(parseRequestId(text)).toEqual({ ok: false, message });
  });

  it('is taken exactly as it is written', () => {
    expect(parseRequestId('r1')).toEqual({ ok: true, value: 'r1' });
    expect(parseRequestId('PO#1/a+b=c@d')).toEqual({ ok: true, value: 'PO#1/a+b=c@d' });
  });

  it('of a line of a file is itself a request id, another one for each file and line', () => {
    const a = lineRequestId('a'.repeat(64), 12);
    expect(a).toBe(`${'a'.repeat(40)}:12`);
    expect(parseRequestId(a)).toEqual({ ok: true, value: a });
    expect(() => lineRequestId('short', 1)).toThrow('a file hash is 64 hexadecimal digits');
  });

  it('never throws on any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const id = parseRequestId(text);
        return id.ok ? id.value === text : id.message !== '';
      }),
    );
  });
});
