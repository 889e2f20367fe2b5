import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readNdjsonLine } from '../../../src/adapters/files/ndjson-records.ts';
import { readAll } from './open-text.ts';

const columns = ['sku', 'quantity', 'min_level'];

describe('a line of NDJSON', () => {
  it.each([
    ['{"sku":"A"', 'the line is not valid JSON'],
    ['sku', 'the line is not valid JSON'],
    ['["A"]', 'the line is not a JSON object'],
    ['null', 'the line is not a JSON object'],
    ['{"sku":["A"]}', '"sku" holds a list or an object, not one value'],
    ['{"sku":"A","sku":"B"}', '"sku" stands there twice'],
    ['{"sku":"A","SKU":"B"}', '"SKU" stands there twice'],
    ['{"sku":"A","\\u0073ku":"B"}', '"sku" stands there twice'],
  ])('%s is a problem of this line only', async (text, problem) => {
    const input = `{"sku":"X"}\n${text}\n\n{"sku":"Y"}`;
    expect(await readAll(input, { columns })).toEqual([
      [1, { sku: 'X' }],
      [2, problem],
      [4, { sku: 'Y' }],
    ]);
  });

  it('keeps numbers as they are written, so that 1e3 and 1.0 are no quantities', async () => {
    const lines = [
      '5',
      '1e3',
      '1.0',
      '-1',
      '9.80000019',
      '12345678901234567890',
      'null',
      'true',
      '"5"',
    ];
    const input = lines.map((value) => `{"sku":"{\\"A\\":1,","quantity" : ${value} }\r\n`).join('');
    const read = await readAll(input, { columns });
    expect(
      read.map(([, values]) => (typeof values === 'string' ? values : values['quantity'])),
    ).toEqual(['5', '1e3', '1.0', '-1', '9.80000019', '12345678901234567890', '', 'true', '5']);
    expect(read[0]).toEqual([1, { sku: '{"A":1,', quantity: '5' }]);
  });

  it('is mapped like a CSV file, and told from one by its first character', async () => {
    const map = new Map([['sku', 'StockCode']]);
    const input = '\ufeff  {"StockCode":"A","Min Level":3,"sku":"no","__proto__":"x"}\n';
    expect(await readAll(input, { columns, map })).toEqual([[1, { sku: 'A', min_level: '3' }]]);
  });

  it('gives back any flat object', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), value), (object) => {
        const { members } = readNdjsonLine(JSON.stringify(object));
        const expected = Object.entries(object).map(([key, one]) => [key, String(one ?? '')]);
        expect([...(members ?? [])]).toEqual(expected);
      }),
    );
  });

  it('never throws, whatever the text', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('{}[]":,\\u019e.- a')),
      maxLength: 20,
    });
    fc.assert(
      fc.property(text, (line) => {
        const read = readNdjsonLine(line);
        return read.problem !== undefined || read.members instanceof Map;
      }),
      { numRuns: 2_000 },
    );
  });
});
