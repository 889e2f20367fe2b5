import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/lib/json.ts';
import { recordingTerminal, type RecordingOptions } from './recording-terminal.ts';

const COLUMNS = [
  { key: 'sku', title: 'SKU' },
  { key: 'name', title: 'NAME', format: () => 'for people only' },
  { key: 'on_hand', title: 'ON HAND' },
];

const ROWS: readonly JsonObject[] = [
  { sku: 'MUG-RED', name: '红色, "大"\n马克杯', on_hand: 120, barcodes: ['1', '2'] },
  { sku: 'EVIL', name: '=HYPERLINK(\u001B[2J\t\u202E)', on_hand: -3, barcodes: [] },
];

async function printed(options: RecordingOptions, rows: readonly JsonObject[] = ROWS) {
  const recording = recordingTerminal(options);
  await recording.terminal.print({
    document: rows,
    rows,
    columns: COLUMNS,
    human: (style) => [style.bold('for people only')],
    empty: 'there are no products',
    footer: 'showing 2 of 1,200',
  });
  return { stdout: recording.stdout(), stderr: recording.stderr() };
}

describe('print', () => {
  it('refuses an unknown field in every format, names the known ones and prints nothing', async () => {
    for (const format of ['table', 'json', 'ndjson', 'csv', 'tsv'] as const) {
      const recording = recordingTerminal({ format, fields: ['sku', 'on_hnad'] });
      const failure = recording.terminal.print({ document: ROWS, rows: ROWS, columns: COLUMNS });
      await expect(failure).rejects.toMatchObject({
        code: 'USAGE',
        message:
          '--fields: there is no field "on_hnad" here; there are sku, name, on_hand, barcodes',
        hint: '--fields on_hand (did you mean that?)',
      });
      expect(recording.stdout()).toBe('');
    }
  });

  it('writes TSV with the keys first, one line a row', async () => {
    expect(await printed({ stdout: 'pipe' })).toEqual({
      stdout:
        'sku\tname\ton_hand\n' +
        'MUG-RED\t红色, "大"␊马克杯\t120\n' +
        'EVIL\t=HYPERLINK(␛[2J␉<U+202E>)\t-3\n',
      stderr: '',
    });
  });

  it('writes CSV that guards formulas and leaves numbers and data of a file alone', async () => {
    expect(await printed({ stdout: 'pipe', format: 'csv' })).toEqual({
      stdout:
        'sku,name,on_hand\n' +
        'MUG-RED,"红色, ""大""\n马克杯",120\n' +
        "EVIL,'=HYPERLINK(\u001B[2J\t\u202E),-3\n",
      stderr: '',
    });
  });

  it('makes control characters visible in CSV that a person looks at', async () => {
    const { stdout } = await printed({ format: 'csv' });
    expect(stdout.split('\n').at(-2)).toBe("EVIL,'=HYPERLINK(␛[2J␉<U+202E>),-3");
  });

  it('writes CSV that a parser reads back', async () => {
    const { stdout } = await printed({ stdout: 'pipe', format: 'csv' });
    expect(parse(stdout)).toEqual([
      ['sku', 'name', 'on_hand'],
      ['MUG-RED', '红色, "大"\n马克杯', '120'],
      ['EVIL', "'=HYPERLINK(\u001B[2J\t\u202E)", '-3'],
    ]);
  });

  it('writes JSON as one compact document in a pipe', async () => {
    expect(await printed({ stdout: 'pipe', format: 'json' })).toEqual({
      stdout:
        '[{"sku":"MUG-RED","name":"红色, \\"大\\"\\n马克杯","on_hand":120,"barcodes":["1","2"]},' +
        '{"sku":"EVIL","name":"=HYPERLINK(\\u001b[2J\\t\\u202e)","on_hand":-3,"barcodes":[]}]\n',
      stderr: '',
    });
  });

  it('writes JSON indented, uncoloured and parsing to the same value on a terminal', async () => {
    const { stdout } = await printed({ format: 'json', color: 'always' });
    expect(stdout.slice(0, 27)).toBe('[\n  {\n    "sku": "MUG-RED",');
    expect(JSON.parse(stdout)).toEqual(ROWS);
    expect(stdout).not.toContain('\u001B');
  });

  it('writes NDJSON as one document a line', async () => {
    const { stdout, stderr } = await printed({ stdout: 'pipe', format: 'ndjson' });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual(ROWS);
    expect(stderr).toBe('');
  });

  it.each([
    ['tsv', 'on_hand\tsku\tbarcodes\n120\tMUG-RED\t1,2\n-3\tEVIL\t\n'],
    ['csv', 'on_hand,sku,barcodes\n120,MUG-RED,"1,2"\n-3,EVIL,\n'],
    [
      'json',
      '[{"on_hand":120,"sku":"MUG-RED","barcodes":["1","2"]},' +
        '{"on_hand":-3,"sku":"EVIL","barcodes":[]}]\n',
    ],
    [
      'ndjson',
      '{"on_hand":120,"sku":"MUG-RED","barcodes":["1","2"]}\n' +
        '{"on_hand":-3,"sku":"EVIL","barcodes":[]}\n',
    ],
    [
      'table',
      'ON HAND  SKU      barcodes\n───────  ───────  ────────\n' +
        '    120  MUG-RED  1, 2\n     -3  EVIL\n',
    ],
  ] as const)('selects and orders --fields in %s', async (format, stdout) => {
    const fields = ['on_hand', 'sku', 'barcodes'];
    expect((await printed({ stdout: 'pipe', format, fields })).stdout).toBe(stdout);
  });

  it.each([
    ['tsv', 'sku\tname\ton_hand\n', ''],
    ['csv', 'sku,name,on_hand\n', ''],
    ['json', '[]\n', ''],
    ['ndjson', '', ''],
  ] as const)('writes an empty list as %s', async (format, stdout, stderr) => {
    expect(await printed({ stdout: 'pipe', format }, [])).toEqual({ stdout, stderr });
  });

  it('tells people that a list is empty, on stderr', async () => {
    const recording = recordingTerminal();
    const empty = 'there are no products';
    await recording.terminal.print({ document: [], rows: [], columns: COLUMNS, empty });
    expect([recording.stdout(), recording.stderr()]).toEqual(['', 'there are no products\n']);
  });

  it('shows people the sentences of the command, with escapes in data made visible', async () => {
    const recording = recordingTerminal({ color: 'always' });
    const name = 'MUG\u001B[2J\uFDD1\nforged';
    await recording.terminal.print({
      document: {},
      human: ({ green, bold, mark }) => [
        `${green(mark.ok)} ${bold(name)}  120 ${mark.arrow} 115`,
        bold(`nested ${green('green')} again`),
      ],
    });
    expect(recording.stdout()).toBe(
      '\u001B[32m✓\u001B[39m \u001B[1mMUG␛[2J\u001B[22m␊forged<U+FDD1>  120 → 115\n' +
        '\u001B[1mnested \u001B[32mgreen\u001B[39m again\u001B[22m\n',
    );
  });

  it('writes a single record as one row', async () => {
    const document = { sku: 'MUG-RED', open: true, cost: null, locations: [{ location: 'MAIN' }] };
    const recording = recordingTerminal({ stdout: 'pipe' });
    await recording.terminal.print({ document });
    expect(recording.stdout()).toBe(
      'sku\topen\tcost\tlocations\nMUG-RED\ttrue\t\t[{"location":"MAIN"}]\n',
    );
  });

  it('selects --fields of a single record', async () => {
    const recording = recordingTerminal({ stdout: 'pipe', format: 'json', fields: ['b', 'a'] });
    await recording.terminal.print({ document: { a: 1, b: 2, c: 3 } });
    expect(recording.stdout()).toBe('{"b":2,"a":1}\n');
  });
});
