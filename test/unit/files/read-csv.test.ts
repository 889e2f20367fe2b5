import { gzipSync } from 'node:zlib';

import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { splitRecord } from '../../../src/adapters/files/split-record.ts';
import { formatCsvRow } from '../../../src/lib/csv.ts';
import { readAll } from './open-text.ts';

const columns = ['a', 'b'];
const UNCLOSED =
  'a quote opened in this line is not closed properly; the lines after it were read on their own';
const STRAY =
  'a quote stands inside a cell; put the whole cell in quotes and write the quote twice ("12"" ruler")';

describe('a CSV file that cannot be read', () => {
  const limits = { linesMax: 4, lineBytesMax: 20 };

  it.each([
    ['nothing', '', 'the file is empty'],
    ['only a byte order mark', '\ufeff', 'the file is empty'],
    ['only blank lines', '\n\r\n', 'the file is empty'],
    [
      'UTF-16 with a mark',
      Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'),
      'line 1: the file is UTF-16, not UTF-8',
    ],
    [
      'UTF-16 without a mark',
      Buffer.from('a,b\n1,2\n', 'utf16le'),
      'line 1: the file is UTF-16, not UTF-8',
    ],
    [
      'a workbook',
      Buffer.from('PK\u0003\u0004....'),
      'line 1: the file is a workbook or a zip archive, not text',
    ],
    [
      'Latin-1 in line 3',
      Buffer.from('a,b\n1,2\ncaf\u00e9,1\n', 'latin1'),
      'line 3 is not valid UTF-8',
    ],
    [
      'a character cut off at the end',
      Buffer.from([0x61, 0x2c, 0x62, 0x0a, 0x31, 0xe6, 0x9d]),
      'line 2 is not valid UTF-8',
    ],
    [
      'a line that is too long',
      'a,b\n1,2\n' + 'x'.repeat(21) + '\n',
      'line 3 is longer than 20 bytes',
    ],
    ['a last line that is too long', 'a,b\n' + 'x'.repeat(21), 'line 2 is longer than 20 bytes'],
    ['too many lines', 'a,b\n1,2\n1,2\n1,2\n1,2', 'the file has more than 4 lines'],
    [
      'a damaged gzip',
      Buffer.concat([gzipSync('a,b\n1,2\n').subarray(0, 15)]),
      'the gzip file is damaged or cut off',
    ],
    ['a header with a wrong quote', 'a,"b\n1,2\n', `line 1: ${UNCLOSED}`],
  ])('%s is an error that says so', async (_, input, message) => {
    for (const pieceBytes of [1, 1_000]) {
      await expect(readAll(input, { columns, limits, pieceBytes })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        message,
      });
    }
  });
});

describe('a bad record', () => {
  it.each([
    [
      'too few cells',
      'a,b\n1\n3,4\n',
      [
        [2, 'the line has 1 cell, the header has 2'],
        [3, { a: '3', b: '4' }],
      ],
    ],
    [
      'too many cells',
      'a,b\n1,2,3\n3,4\n',
      [
        [2, 'the line has 3 cells, the header has 2'],
        [3, { a: '3', b: '4' }],
      ],
    ],
    [
      'a quote inside a cell',
      'a,b\n1,12" ruler\n3,4\n',
      [
        [2, STRAY],
        [3, { a: '3', b: '4' }],
      ],
    ],
    [
      'text after a quote',
      'a,b\n"1"x,2\n3,4\n',
      [
        [2, STRAY],
        [3, { a: '3', b: '4' }],
      ],
    ],
    [
      'an unclosed quote',
      'a,b\n"1,2\n3,4\n5,6',
      [
        [2, UNCLOSED],
        [3, { a: '3', b: '4' }],
        [4, { a: '5', b: '6' }],
      ],
    ],
    [
      'an unclosed quote before a good one',
      'a,b\n"1,2\n3,4\n"5","6"\n7,8\n',
      [
        [2, UNCLOSED],
        [3, { a: '3', b: '4' }],
        [4, { a: '5', b: '6' }],
        [5, { a: '7', b: '8' }],
      ],
    ],
    [
      'two unclosed quotes',
      'a,b\n"1,2\n"3,4\n5,6\n',
      [
        [2, UNCLOSED],
        [3, UNCLOSED],
        [4, { a: '5', b: '6' }],
      ],
    ],
  ])('with %s costs itself only, and its line is named', async (_, text, expected) => {
    for (const pieceBytes of [1, 3, 1_000]) {
      expect(await readAll(text, { columns, pieceBytes })).toEqual(expected);
    }
    expect(await readAll(text.replaceAll('\n', '\r\n'), { columns })).toEqual(expected);
  });

  it('with an unclosed quote does not swallow a hundred thousand lines', async () => {
    const good = Array.from({ length: 100_000 }, (_, index) => `${index},x\n`).join('');
    const records = await readAll(`a,b\n"0,x\n${good}`, { columns });
    expect(records.length).toBe(100_001);
    expect([records[0], records[1], records.at(-1)]).toEqual([
      [2, UNCLOSED],
      [3, { a: '0', b: 'x' }],
      [100_002, { a: '99999', b: 'x' }],
    ]);
  });
});

describe('a CSV file', () => {
  const expected = [
    [2, { a: '1', b: '杯' }],
    [3, { a: '3', b: '' }],
  ];

  it.each([
    ['line feeds', 'a,b\n1,杯\n3,\n'],
    ['no line end at the end', 'a,b\n1,杯\n3,'],
    ['carriage returns and line feeds', 'a,b\r\n1,杯\r\n3,\r\n'],
    ['carriage returns only', 'a,b\r1,杯\r3,\r'],
    ['a byte order mark', '\ufeffa,b\n1,杯\n3,\n'],
    ['quotes', '"a","b"\n"1","杯"\n"3",""\n'],
    ['semicolons', 'a;b\n1;杯\n3;\n'],
    ['tabs', 'a\tb\n1\t杯\n3\t\n'],
    ['a header in another order and case', ' B , A \n杯,1\n,3\n'],
    ['columns that nothing reads', 'x,a,b,"y,;z"\n,1,杯,\n,3,,\n'],
    ['empty cells to the right', 'a,b\n1,杯,,\n3,,\n'],
    ['formula guards', 'a,b\n1,杯\n3,\n'],
  ])('with %s is read', async (_, text) => {
    for (const pieceBytes of [1, 5, 1_000]) {
      expect(await readAll(text, { columns, pieceBytes })).toEqual(expected);
    }
    expect(await readAll(gzipSync(text), { columns, pieceBytes: 1 })).toEqual(expected);
  });

  it('keeps the physical line of each record over blank lines and cells of several lines', async () => {
    const text = '\r\nsep=;\na;b\n\n1;"x\r\ny\n""z"""\n;\n\n3;4\n';
    expect(await readAll(text.replace('\r\n', ''), { columns })).toEqual([
      [4, { a: '1', b: 'x\r\ny\n"z"' }],
      [9, { a: '3', b: '4' }],
    ]);
  });

  it('keeps cells exactly, also NUL, spaces and 10 kB', async () => {
    const long = '杯'.repeat(10_000);
    expect(await readAll(`a,b\n\0, x \n"${long}",=1\n`, { columns })).toEqual([
      [2, { a: '\0', b: ' x ' }],
      [3, { a: long, b: '=1' }],
    ]);
  });

  it('has the one guard taken off that an export put before a formula', async () => {
    expect(await readAll(`a,b\n'=1,''=1\n'x,'\n`, { columns })).toEqual([
      [2, { a: '=1', b: "'=1" }],
      [3, { a: "'x", b: "'" }],
    ]);
  });

  it('is split into batches whose memory does not grow with the file', async () => {
    const text = 'a,b\n' + 'some text,of a line\n'.repeat(60_000);
    const records = await readAll(text, { columns, pieceBytes: 64 * 1024 });
    expect([records.length, records.at(-1)?.[0]]).toEqual([60_000, 60_001]);
  });
});

describe('reading is the inverse of writing', () => {
  const cell = fc.string({
    unit: fc.oneof(
      fc.constantFrom(...Array.from(`,;"'\n\r\t=+-@＝ a\ufeff`)),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 8,
  });
  const row = fc.tuple(cell, cell).filter((cells) => cells.some((text) => text.trim() !== ''));
  const rows = fc.array(row, { maxLength: 8 });

  it('for rows of our own, formulas guarded', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 40 }), async (written, pieceBytes) => {
        const options = { guardFormulas: true };
        const text = [['a', 'b'], ...written].map((cells) => formatCsvRow(cells, options)).join('');
        const read = await readAll(text, { columns, pieceBytes });
        expect(read.map(([, values]) => values)).toEqual(written.map(([a, b]) => ({ a, b })));
      }),
    );
  });

  it('for rows of csv-stringify', async () => {
    const plain = rows.map((all) =>
      all.map((cells) => cells.map((text) => text.replace(/'/g, '_'))),
    );
    await fc.assert(
      fc.asyncProperty(plain, async (written) => {
        const text = stringify([['a', 'b'], ...written], { quoted: true });
        const read = await readAll(text, { columns });
        expect(read.map(([, values]) => values)).toEqual(written.map(([a, b]) => ({ a, b })));
      }),
    );
  });

  it('and a record is split as csv-parse splits it, or refused as it refuses', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('a,"" b\n')),
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(text, (record) => {
        expect(splitRecord(record, ',')).toEqual(oracle(record));
      }),
      { numRuns: 2_000 },
    );
  });
});

/** What csv-parse makes of one record; its record delimiter is one that does not occur. */
function oracle(record: string): string[] | undefined {
  try {
    return parse(record, { record_delimiter: '\0', relax_column_count: true })[0];
  } catch {
    return undefined;
  }
}
