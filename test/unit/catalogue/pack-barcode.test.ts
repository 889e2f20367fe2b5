import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  distinctBarcodes,
  packBarcodeText,
  parsePackBarcode,
} from '../../../src/domain/pack-barcode.ts';

describe('a barcode with a pack size', () => {
  test.each([
    ['', 'is empty'],
    ['ABC=0', 'less than 1'],
    ['ABC=01', 'leading zeros'],
    ['ABC=1000000000001', 'too large'],
    ['A B=12', 'U+0020'],
    [`${'9'.repeat(65)}=2`, 'at most 64'],
  ])('%s is refused: %s', (text, reason) => {
    const result = parsePackBarcode(text);
    expect(result.ok ? 'accepted' : result.message).toContain(reason);
  });

  test.each([
    ['4006381333931', { code: '4006381333931', unitsPerScan: 1 }],
    ['4006381333931=12', { code: '4006381333931', unitsPerScan: 12 }],
    ['A=B=6', { code: 'A=B', unitsPerScan: 6 }],
    ['A=3=1', { code: 'A=3', unitsPerScan: 1 }],
    ['=12', { code: '=12', unitsPerScan: 1 }],
    ['A=x', { code: 'A=x', unitsPerScan: 1 }],
  ])('%s is read', (text, value) => {
    expect(parsePackBarcode(text)).toEqual({ ok: true, value });
  });

  test('any barcode is written so that it is read back the same', () => {
    const character = fc.integer({ min: 0x21, max: 0x7e }).map((unit) => String.fromCharCode(unit));
    const code = fc.oneof(
      fc.string({ unit: character, minLength: 1, maxLength: 64 }),
      fc.tuple(fc.stringMatching(/^[A-Z]{1,4}$/), fc.nat(99)).map(([a, n]) => `${a}=${String(n)}`),
    );
    fc.assert(
      fc.property(code, fc.integer({ min: 1, max: 1_000 }), (text, unitsPerScan) => {
        const barcode = { code: text, unitsPerScan };
        expect(parsePackBarcode(packBarcodeText(barcode))).toEqual({ ok: true, value: barcode });
      }),
    );
  });

  test('one code for two pack sizes is no set of barcodes', () => {
    const one = { code: 'A', unitsPerScan: 1 };
    expect(distinctBarcodes([one, { code: 'A', unitsPerScan: 6 }])).toEqual({
      ok: false,
      code: 'A',
    });
    expect(distinctBarcodes([one, { ...one }])).toEqual({ ok: true, value: [one] });
  });
});
