import fc from 'fast-check';
import stringWidth from 'string-width';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Column } from '../../../src/cli/terminal/types.ts';
import { simpleWidth } from '../../../src/cli/terminal/simple-width.ts';
import { prepareAllWidths, shorten, wrap } from '../../../src/cli/terminal/width.ts';
import { recordingTerminal, type RecordingOptions } from './recording-terminal.ts';

const COLUMNS: readonly Column[] = [
  { key: 'sku', title: 'SKU' },
  { key: 'name', title: 'NAME' },
  { key: 'location', title: 'LOCATION', priority: 1 },
  { key: 'on_hand', title: 'ON HAND', style: (value) => (value === -3 ? 'red' : undefined) },
  { key: 'open', title: 'OPEN', priority: 1 },
];

const ROWS = [
  {
    sku: 'MUG-RED',
    name: '红色马克杯 带盖子 特大号 陶瓷 礼品装',
    location: 'MAIN',
    on_hand: 1200,
    open: true,
  },
  {
    sku: 'EVIL',
    name: 'a\u001B[31mred\u202Eevil\nforged line of this',
    location: 'MAIN',
    on_hand: -3,
    open: false,
  },
  { sku: 'NONE', name: null, location: 'MAIN', on_hand: null, open: null },
];

async function drawn(options: RecordingOptions): Promise<string> {
  const recording = recordingTerminal({ format: 'table', ...options });
  await recording.terminal.print({ document: ROWS, rows: ROWS, columns: COLUMNS });
  return recording.stdout();
}

describe('a table', () => {
  it('shows everything at 120 columns, with Chinese text aligned and escapes visible', async () => {
    expect(await drawn({ stdout: 120 })).toBe(`\
SKU      NAME                                       LOCATION  ON HAND  OPEN
───────  ─────────────────────────────────────────  ────────  ───────  ────
MUG-RED  红色马克杯 带盖子 特大号 陶瓷 礼品装       MAIN         1200  yes
EVIL     a␛[31mred<U+202E>evil␊forged line of this  MAIN           -3  no
NONE                                                MAIN
`);
  });

  const AT_60 = `\
SKU      NAME                        LOCATION  ON HAND  OPEN
───────  ──────────────────────────  ────────  ───────  ────
MUG-RED  红色马克杯 带盖子 特大号 …  MAIN         1200  yes
EVIL     a␛[31mred<U+202E>evil␊for…  MAIN           -3  no
NONE                                 MAIN
`;

  it('cuts the widest text between whole characters, never numbers, at 60 columns', async () => {
    expect(await drawn({ stdout: 60 })).toBe(AT_60);
  });

  it('becomes records, cut nowhere, at 40 columns', async () => {
    expect(await drawn({ stdout: 40 })).toBe(`\
SKU       MUG-RED
NAME      红色马克杯 带盖子 特大号 陶瓷
          礼品装
LOCATION  MAIN
ON HAND   1200
OPEN      yes

SKU       EVIL
NAME      a␛[31mred<U+202E>evil␊forged
          line of this
LOCATION  MAIN
ON HAND   -3
OPEN      no

SKU       NONE
NAME
LOCATION  MAIN
ON HAND
OPEN
`);
  });

  it('takes a terminal that reports 0 columns for one of 80', async () => {
    expect(await drawn({ stdout: 0 })).toBe(await drawn({ stdout: 80 }));
    expect((await drawn({ stdout: 0 })).split('\n')[1]).toHaveLength(75);
  });

  it('uses ASCII where the locale has nothing else', async () => {
    const ascii = AT_60.replaceAll('─', '-')
      .replace('特大号 …', '特大... ')
      .replace('␊for…', '␊f...');
    expect(await drawn({ stdout: 60, env: { LANG: 'C' } })).toBe(ascii);
  });

  it('colours only what it means to, when the stream has colour', async () => {
    const lines = (await drawn({ stdout: 60, color: 'always' })).split('\n');
    expect(lines[0]?.slice(0, 34)).toBe('\u001B[1mSKU\u001B[22m      \u001B[1mNAME\u001B[22m   ');
    expect(lines[3]).toBe(
      'EVIL     a␛[31mred<U+202E>evil␊for…  MAIN           \u001B[31m-3\u001B[39m  no',
    );
  });

  it('shrinks the lowest priority first', async () => {
    const recording = recordingTerminal({ stdout: 40 });
    const row = { id: 'x', important: 'i'.repeat(20), trivia: 't'.repeat(20) };
    await recording.terminal.print({
      document: [row],
      rows: [row],
      columns: [
        { key: 'id', title: 'id' },
        { key: 'important', title: 'important', priority: 5 },
        { key: 'trivia', title: 'trivia' },
      ],
    });
    expect(recording.stdout()).toBe(`\
id  important             trivia
──  ────────────────────  ──────────────
x   iiiiiiiiiiiiiiiiiiii  ttttttttttttt…
`);
  });

  it('formats for people and aligns as the column says', async () => {
    const recording = recordingTerminal();
    await recording.terminal.print({
      document: [],
      rows: [{ id: 'x', cost: '1.25' }],
      columns: [
        {
          key: 'id',
          title: 'ID',
          format: (_value, row) => recording.terminal.style.bold(`<${JSON.stringify(row['id'])}>`),
        },
        { key: 'cost', title: 'UNIT COST', align: 'right' },
      ],
    });
    expect(recording.stdout()).toBe('ID     UNIT COST\n─────  ─────────\n<"x">       1.25\n');
  });

  it('keeps its rule, gaps and columns for any text and width', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.string({ maxLength: 12 }), TEXT, fc.integer()), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.integer({ min: 1, max: 120 }),
        async (tuples, columns) => {
          const rows = tuples.map(([sku, name, on_hand]) => ({ sku, name, on_hand }));
          const recording = recordingTerminal({ stdout: columns });
          await recording.terminal.print({ document: rows, rows });
          const [header = '', rule = '', ...body] = recording.stdout().split('\n');
          if (!header.startsWith('sku ') || !rule.startsWith('─')) return;
          // The numbers end every line, so lines of one width mean columns that line up.
          expect(stringWidth(rule)).toBeLessThanOrEqual(columns);
          expect(body).toHaveLength(rows.length + 1);
          const widths = body.slice(0, -1).map((line) => stringWidth(line));
          expect(new Set([stringWidth(header), stringWidth(rule), ...widths]).size).toBe(1);
        },
      ),
    );
  });
});

describe('a record', () => {
  it('shows titles, values and inner lists', async () => {
    const recording = recordingTerminal({ stdout: 50 });
    await recording.terminal.print({
      document: {
        sku: 'MUG-RED',
        name: 'a mug that has a description longer than a line',
        barcodes: ['501', '502'],
        reserved: 0,
        reorder: { lead_days: 3 },
        locations: [{ location: 'MAIN', on_hand: 120 }],
        pools: [],
      },
    });
    expect(recording.stdout()).toBe(`\
sku                MUG-RED
name               a mug that has a description
                   longer than a line
barcodes           501, 502
reserved           0
reorder lead days  3
pools

locations
  location  on hand
  ────────  ───────
  MAIN          120
`);
  });
});

describe('width', () => {
  beforeAll(prepareAllWidths);

  it('is that of string-width for every code point that is taken for simple', () => {
    const wrong: string[] = [];
    let simple = 0;
    for (let codePoint = 0x20; codePoint <= 0xffff; codePoint += 1) {
      const character = String.fromCharCode(codePoint);
      const width = simpleWidth(character);
      if (width !== undefined) simple += 1;
      if (width !== undefined && width !== stringWidth(character)) wrong.push(character);
    }
    expect(wrong).toEqual([]);
    expect(simple).toBeGreaterThan(30_000);
  });

  it('is that of string-width for text of simple characters', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'é', '中', '한', 'か', '，', '─', '…', '✓', ' ', '1'),
        }),
        (text) => {
          expect(simpleWidth(text)).toBe(stringWidth(text));
        },
      ),
    );
  });

  it.each([
    ['红色马克杯', 10, '红色马克杯'],
    ['红色马克杯', 9, '红色马克…'],
    ['红色马克杯', 8, '红色马…'],
    ['红色马克杯', 2, '…'],
    ['👩‍👩‍👧👩‍👩‍👧', 3, '👩‍👩‍👧…'],
    ['é́́a', 1, '…'],
  ])('shortens %s to %i columns as %s', (text, width, shortened) => {
    expect(shorten(text, width, '…')).toBe(shortened);
  });

  it('never exceeds the width, and never splits a character', () => {
    fc.assert(
      fc.property(TEXT, fc.integer({ min: 2, max: 20 }), (text, width) => {
        expect(stringWidth(shorten(text, width, '…'))).toBeLessThanOrEqual(width);
        const lines = wrap(text, width);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});

const TEXT = fc.string({
  unit: fc.constantFrom('a', 'B', ' ', '中', '文', '杯', 'é', '—', '1', '👍', 'ก', '#'),
  maxLength: 60,
});
