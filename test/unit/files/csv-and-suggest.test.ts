import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { CsvValue } from '../../../src/lib/csv.ts';
import { formatCsvRow, guardFormula, unguardFormula } from '../../../src/lib/csv.ts';
import { closest, suggest } from '../../../src/lib/suggest.ts';

describe('a row of CSV', () => {
  it.each<[string, readonly CsvValue[], string]>([
    ['formulas', ['=1+1', '+1', '-1', '@x', '\tx', '＝x'], "'=1+1,'+1,'-1,'@x,'\tx,'＝x\n"],
    ['guards', ["'=1", "'x", "'"], "''=1,'x,'\n"],
    [
      'numbers and nothing',
      [-5, 5, -1.5, 10n, true, false, null, undefined],
      '-5,5,-1.5,10,true,false,,\n',
    ],
    [
      'separators',
      ['a,b', 'a"b', 'a\nb', 'a\rb', ' a', 'a '],
      '"a,b","a""b","a\nb","a\rb"," a","a "\n',
    ],
    ['one empty cell', [''], '""\n'],
    ['two empty cells', ['', ''], ',\n'],
    ['no cells', [], '\n'],
  ])('of %s guards formulas and quotes what needs it', (_, values, row) => {
    expect(formatCsvRow(values, { guardFormulas: true })).toBe(row);
  });

  it('leaves formulas alone when not told to guard them', () => {
    expect(formatCsvRow(['=1', '-'], { guardFormulas: false })).toBe('=1,-\n');
  });

  it('is read by csv-parse as it was, after guards are taken off', () => {
    const cell = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...Array.from(`,"'\n\r\t=+-@＋ `)),
        fc.string({ minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), fc.boolean(), (cells, guardFormulas) => {
        const [row = []] = parse(formatCsvRow(cells, { guardFormulas }), {
          record_delimiter: '\n',
        });
        expect(guardFormulas ? row.map(unguardFormula) : row).toEqual(cells);
      }),
    );
  });

  it('never lets a formula through, and guarding is undone exactly', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from(`'=+-@＝＋－＠\t\r\nx`)) }),
        (text) => {
          expect(guardFormula(text)).not.toMatch(/^[=+\-@＝＋－＠\t\r\n]/);
          expect(unguardFormula(guardFormula(text))).toBe(text);
        },
      ),
    );
  });
});

describe('did you mean', () => {
  const commands = [
    'product',
    'supplier',
    'location',
    'stock',
    'pool',
    'order',
    'reconcile',
    'worker',
  ];

  it.each([
    ['', []],
    ['xyzzy', []],
    ['prodcut', ['product']],
    ['STOK', ['stock']],
    ['pol', ['pool']],
    ['orde', ['order']],
    ['rec', ['reconcile']],
    ['q', []],
    ['x'.repeat(1_000), []],
  ])('%s: %j', (word, expected) => {
    expect(suggest(word, commands)).toEqual(expected);
  });

  it('ranks by nearness, then by the alphabet, and gives at most so many', () => {
    const skus = ['MUG-RED', 'MUG-REDS', 'MUG-BLUE', 'MUG-RDE', 'HAT'];
    expect(suggest('mug-red', skus)).toEqual(['MUG-RED', 'MUG-RDE', 'MUG-REDS']);
    expect(suggest('mug', skus, 2)).toEqual(['MUG-BLUE', 'MUG-RDE']);
    expect(closest('mug-rad', skus)).toBe('MUG-RED');
    expect(closest('teapot', skus)).toBeUndefined();
  });

  it('does not offer every short word for a short word', () => {
    expect(suggest('in', ['out', 'to', 'on', 'undo'])).toEqual(['on']);
  });

  it('never throws, and finds a word in itself', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 120 }),
        fc.array(fc.string()),
        (word, candidates) => {
          const found = suggest(word, [...candidates, word]);
          return (
            word.trim() === '' ||
            word.length > 100 ||
            word.trim() !== word ||
            found[0]?.toLowerCase() === word.toLowerCase()
          );
        },
      ),
    );
  });
});
