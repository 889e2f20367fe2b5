import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { insertLocations, insertProducts, insertSuppliers } from '../support/catalogue-rows.ts';
import { commandTree } from '../support/command-tree.ts';
import type { Leaf, Place } from '../support/command-tree.ts';
import { createInstallation } from '../support/installation.ts';
import type { CommandResult, Installation } from '../support/installation.ts';
import { checksumOfRows, describeSchema, violations } from '../support/ledger-proof.ts';
import { runMany } from '../support/processes.ts';

const SQL = "x'; DROP TABLE stock; -- \\";
const ESCAPE = 'a\u001b[31mred\u001b]0;title\u0007';
const BIDI = 'abc\u202egpj.exe';
const HUGE = 'A'.repeat(10_000);
const ARABIC_THREE = '\u0663';

/** What is wrong for a value, by the name that help gives it. Each place meets some of them. */
const NUMBERS = ['0x10', '1e3', '1.5', ' 5 ', 'NaN', '', ARABIC_THREE, '1'.repeat(401), SQL];
const NAMES = [HUGE, SQL, ESCAPE, BIDI, ''];
const BAD_WORDS: Readonly<Record<string, readonly string[]>> = {
  quantity: ['-1', '0', '10000000000000', ...NUMBERS],
  change: ['5', '+0', '+10000000000000', ...NUMBERS],
  level: ['-1', '10000000000000', ...NUMBERS],
  units: ['-1', '10000000000000', ...NUMBERS],
  count: ['-1', '0', ...NUMBERS],
  n: ['-1', ...NUMBERS],
  number: ['-1', '0', ...NUMBERS],
  days: ['-1', '10000000000000', ...NUMBERS],
  shard: ['-1', '64', ...NUMBERS],
  duration: ['15', '-5m', '0s', '1h30m', 'soon', ESCAPE, '', HUGE],
  state: ['accepted', 'sold', ESCAPE],
  'movement-id': ['-1', '0', ...NUMBERS],
  money: ['-1', '1e3', '1,5', '1.23456', 'NaN', '', ARABIC_THREE, ESCAPE],
  sku: NAMES,
  code: NAMES,
  supplier: NAMES,
  id: NAMES,
  time: ['yesterday-ish', '2026-13-01', ESCAPE, '', HUGE],
  status: ['gone', ESCAPE],
  how: ['maybe', ESCAPE],
  kind: ['nothing', ESCAPE],
  'field=column': ['sku', '=', 'nothing=x', ESCAPE],
};
/** Values that are free text: stored or searched for as they are. */
const TEXTS = ['text', 'name'];
const TEXT_WORDS = [SQL, ESCAPE, BIDI, '=HYPERLINK("http://x","y")'];
/** Bad words that each place of a command meets; TEST_EFFORT=99 gives them all. */
const WORDS_A_PLACE = Number(process.env['TEST_EFFORT'] ?? 1);
const AT_ONCE = 4;

let inv: Installation;
let schema: unknown;
let dataCommands: readonly Leaf[];
let allCommands: readonly Leaf[];
beforeAll(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [{ sku: 'MUG' }]);
  await insertLocations(inv.database, [{ code: 'BAY' }]);
  await insertSuppliers(inv.database, [{ code: 'ACME' }]);
  await inv.json(['stock', 'in', 'MUG', '100', '--request-id', 'in-1']);
  writeFileSync(join(inv.folder, 'lines.csv'), 'sku,quantity,name,code\nMUG,1,Mug,ACME\n');
  schema = await describeSchema(inv.database);
  let made = 0;
  const fine = (value: string, command: string): string => {
    if (value === 'sku') return command === 'product add' ? `NEW-${String((made += 1))}` : 'MUG';
    if (value === 'code' && command === 'product barcode add') return '4006381333931';
    if (value === 'code' && command.startsWith('supplier')) return 'ACME';
    if (value === 'code') return 'BAY';
    if (value === 'supplier') return 'ACME';
    if (value === 'change') return '+1';
    if (value === 'id') return 'in-1';
    return value === 'file' ? 'lines.csv' : '1';
  };
  const isData = (group: string): boolean => DATA_GROUPS.includes(group);
  dataCommands = await commandTree(isData, fine);
  allCommands = await commandTree(
    (group) => !['help', '__complete', '__generate'].includes(group),
    fine,
  );
});
afterEach(async () => {
  expect(await describeSchema(inv.database)).toEqual(schema);
  expect(await violations(inv.database)).toEqual({});
});
afterAll(() => inv.close());

const DATA_GROUPS = ['product', 'supplier', 'location', 'stock', 'pool', 'order', 'worker'];

interface Called {
  readonly args: readonly string[];
  readonly result: CommandResult;
}

/** Calls that must leave every row as it is; raw escapes never come out of any. */
async function callAll(calls: readonly (readonly string[])[]): Promise<readonly Called[]> {
  const called = await runMany(
    calls.map((args) => async () => ({ args, result: await inv.inside(args) })),
    { atOnce: AT_ONCE },
  );
  for (const { args, result } of called) {
    const output = result.stdout + result.stderr;
    expect([args, escapesIn(output)]).toEqual([args, []]);
    expect([args, output.length < 60_000]).toEqual([args, true]);
    expect([args, /a bug in inv|\n\s+at .*:\d+/.exec(output)?.[0]]).toEqual([args, undefined]);
  }
  return called;
}

/** Characters that could act on a terminal. */
function escapesIn(output: string): readonly string[] {
  const isActive = (code: number): boolean =>
    (code < 0x20 && code !== 0x09 && code !== 0x0a) ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069);
  const codes = Array.from(output, (character) => character.codePointAt(0) ?? 0);
  return codes.filter(isActive).map((code) => `U+${code.toString(16)}`);
}

/** Other words at each place, so that all come by somewhere. */
function wordsFor({ value }: Place, at: number): readonly string[] {
  const words = BAD_WORDS[value] ?? [];
  const count = Math.min(WORDS_A_PLACE, words.length);
  return Array.from({ length: count }, (_, n) => words[(at + n) % words.length] ?? '');
}

describe('every command', () => {
  it('refuses a flag that it does not know', async () => {
    const calls = allCommands.map((leaf) => leaf.call(['--no-such-flag=1']));
    const called = await callAll(calls);
    for (const { args, result } of called) {
      expect([args, result.exitCode, result.stdout]).toEqual([args, 2, '']);
      expect(result.stderr).toContain('--no-such-flag');
    }
  });

  it('without a terminal names what it lacks', async () => {
    const lacking = allCommands.filter(({ required }) => required.length > 0);
    const called = await callAll(lacking.map(({ words }) => words));
    for (const [at, { args, result }] of called.entries()) {
      expect([args, result.exitCode, result.stdout]).toEqual([args, 2, '']);
      const isNamed = lacking[at]?.required.some((name) => result.stderr.includes(name));
      expect([args, result.stderr, isNamed]).toEqual([args, result.stderr, true]);
    }
    const bare = await callAll([
      ['stock', 'in'],
      ['stock', 'out', 'MUG'],
      ['stock', 'adjust', 'MUG'],
      ['stock', 'undo'],
    ]);
    expect(bare.map(({ result }) => result.exitCode)).toEqual([2, 2, 2, 2]);
    expect(bare[0]?.result.stderr).toContain('SKU and QTY');
  });
});

describe('every command on products, suppliers, locations, stock, pools and orders', () => {
  it('has a name for each value that this file knows bad words for', () => {
    const known = new Set([...Object.keys(BAD_WORDS), ...TEXTS, 'file']);
    const unknown = dataCommands.flatMap(({ words, places }) =>
      places
        .filter(({ value }) => !known.has(value))
        .map(({ label }) => [...words, label].join(' ')),
    );
    expect(unknown).toEqual([]);
  });

  it('refuses malformed words before anything is touched', async () => {
    const before = await checksumOfRows(inv.database);
    const calls = dataCommands.flatMap(({ places }) =>
      places.flatMap((place, at) =>
        wordsFor(place, at).map((word) => [...place.call(word), '--json']),
      ),
    );
    const called = await callAll(calls.map((args) => ['--json', ...args.slice(0, -1)]));
    const wrong = called.filter(
      ({ result }) => ![2, 4].includes(result.exitCode) || result.stdout !== '',
    );
    expect(wrong.map(({ args, result }) => [args, result])).toEqual([]);
    expect(await checksumOfRows(inv.database)).toBe(before);
  });

  it('takes hostile text as text', async () => {
    const calls = dataCommands.flatMap(({ places }) =>
      places
        .filter(({ value }) => TEXTS.includes(value))
        .map((place, at) => place.call(TEXT_WORDS[at % TEXT_WORDS.length] ?? '')),
    );
    const called = await callAll(calls);
    const wrong = called.filter(({ result }) => ![0, 2, 3, 4, 5].includes(result.exitCode));
    expect(wrong.map(({ args, result }) => [args, result])).toEqual([]);
  });
});

it('stores text as it was written, and shows it escaped in every format', async () => {
  for (const [at, text] of TEXT_WORDS.entries()) {
    const sku = `TEXT-${String(at)}`;
    await insertProducts(inv.database, [{ sku, name: text }]);
    await inv.json([
      'stock',
      'in',
      sku,
      '1',
      '--reason',
      text,
      '--ref',
      text,
      '--actor',
      `u${String(at)}`,
    ]);
    const history = (await inv.json(['stock', 'history', sku])) as object[];
    expect(history).toMatchObject([{ reason: text, reference: text }]);
    expect(await inv.json(['stock', 'show', sku])).toMatchObject({ name: text });
  }
  const formats = ['table', 'json', 'ndjson', 'tsv'];
  const called = await callAll(
    formats.flatMap((format) => [
      ['stock', 'history', '--format', format],
      ['product', 'list', '--format', format],
      ['stock', 'show', 'TEXT-1', '--format', format],
    ]),
  );
  expect(called.map(({ result }) => result.exitCode)).toEqual(called.map(() => 0));
  // CSV in a pipe is the data itself, but for what a spreadsheet would run.
  const csv = await inv.run(['product', 'list', '--format', 'csv']);
  for (const text of [ESCAPE, BIDI]) expect(csv.stdout).toContain(text);
  expect(csv.stdout).not.toMatch(/(^|,)"?=HYPERLINK/m);
});

it('every cell of a file that is no value is refused with its line', async () => {
  const before = await checksumOfRows(inv.database);
  const quantities = [...NUMBERS.filter((word) => word !== ''), '-1', '0', '10000000000000'];
  const quote = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  const rows = [
    ...quantities.map((word) => ['MUG', word, '', '']),
    ...[HUGE, SQL, ESCAPE, BIDI, '=1+1', 'A\u0000B'].map((word) => [word, '1', '', '']),
    ...[SQL, 'A\u0000B'].map((word) => ['MUG', '1', word, '']),
    ['MUG', '1', '', 'NUL\u0000in a reason'],
    ['MUG', '1', '', 'x'.repeat(201)],
  ];
  const text = rows.map((row) => row.map(quote).join(',')).join('\n');
  const args = ['stock', 'out', '--from', '-', '--json'];
  const result = await inv.run(args, { input: `sku,quantity,location,reason\n${text}\n` });
  expect([result.exitCode, result.stdout]).toEqual([2, '']);
  expect(escapesIn(result.stderr)).toEqual([]);
  const { error } = JSON.parse(result.stderr) as { error: { errors: { line: number }[] } };
  expect(error.errors.map(({ line }) => line)).toEqual(rows.map((_, at) => at + 2));
  expect(await checksumOfRows(inv.database)).toBe(before);
});
