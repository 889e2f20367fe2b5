import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { binary, createInstallation, runBinary } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { runInTerminal, runProgramInTerminal, SGR } from '../support/pty.ts';
import type { TerminalOptions, TerminalResult, TypedAnswer } from '../support/pty.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [
    { sku: 'MUG-RED', name: '红色马克杯 Red mug', minLevel: 20, cost: '2.40' },
    { sku: 'CUP', name: 'Cup, "plain"', minLevel: 4, cost: '1.00' },
    { sku: 'TEA-100', name: '龙井 Green tea, Longjing, spring, 100 g', minLevel: 24, cost: '2.91' },
    { sku: 'NEW', cost: '1.00' },
    { sku: 'EVIL', name: 'a\u001B[2J\u202Eb', cost: '1.00' },
  ]);
  await inv.json(['stock', 'in', 'MUG-RED', '12', '--request-id', 'in-1']);
  await inv.json(['stock', 'in', 'CUP', '7', '--request-id', 'in-2']);
  await inv.json(['stock', 'in', 'EVIL', '1', '--request-id', 'in-3']);
});
afterAll(() => inv.close());

type Shown = Partial<Omit<TerminalOptions, 'cwd'>>;

/** On an 80×24 terminal in a UTF-8 locale, unless the test says otherwise. */
function onTerminal(args: readonly string[], shown: Shown = {}): Promise<TerminalResult> {
  const env = { ...inv.env, ...shown.env };
  return runInTerminal(args, { ...shown, env, cwd: inv.folder });
}

async function onHand(sku: string): Promise<unknown> {
  const [row] = await inv.database.sql(
    'SELECT s.on_hand FROM stock s JOIN products p ON p.id = s.product_id WHERE p.sku = ?',
    [sku],
  );
  return row?.['on_hand'];
}

describe('a terminal of 80 columns', () => {
  it('shows stock as an aligned table, Chinese names and hostile ones included', async () => {
    const { exitCode, lines } = await onTerminal(['stock', 'list']);
    expect([exitCode, ...lines]).toEqual([
      0,
      'SKU      NAME                LOCATION  ON HAND  RESERVED  AVAILABLE  MINIMUM',
      '───────  ──────────────────  ────────  ───────  ────────  ─────────  ───────',
      'CUP      Cup, "plain"        MAIN            7         0          7        4',
      'EVIL     a␛[2J<U+202E>b      MAIN            1         0          1        0',
      'MUG-RED  红色马克杯 Red mug  MAIN           12         0         12       20',
    ]);
  });

  it('says of a write what moved, before and after', async () => {
    const { exitCode, lines } = await onTerminal([
      'stock',
      'in',
      'NEW',
      '1',
      '--request-id',
      'pty-in',
    ]);
    expect([exitCode, ...lines]).toEqual([
      0,
      '✓ NEW +1 at MAIN: 0 → 1 on hand',
      '  request pty-in',
    ]);
    await inv.json(['stock', 'undo', 'pty-in']);
  });

  it('refuses with what happened, why, and a command that helps', async () => {
    const { exitCode, lines } = await onTerminal(['stock', 'out', 'MUG-RED', '500']);
    expect([exitCode, ...lines.slice(0, 2)]).toEqual([
      3,
      '✗ MUG-RED: 500 wanted, 12 available (12 on hand, 0 reserved) [INSUFFICIENT_STOCK]',
      '  try: inv stock show MUG-RED',
    ]);
  });
});

describe('other widths', () => {
  it.each([
    'stock list --search MUG',
    'stock low',
    'product list --search MUG',
    'stock history MUG-RED',
    'stock show MUG-RED',
  ])('inv %s stays within 40 columns', async (words) => {
    const { exitCode, lines } = await onTerminal(words.split(' '), { columns: 40 });
    expect(exitCode).toBe(0);
    expect(lines.filter((line) => stringWidth(line) > 40)).toEqual([]);
    expect(lines.join('\n')).toContain('MUG-RED');
  });

  it('0 columns count as 80', async () => {
    const wide = await onTerminal(['stock', 'list']);
    const none = await onTerminal(['stock', 'list'], { columns: 0 });
    expect([none.exitCode, none.raw]).toEqual([0, wide.raw]);
  });
});

describe('colour', () => {
  const coloured = async (env: Record<string, string>, args: string[] = []): Promise<boolean> => {
    const { raw } = await onTerminal(['stock', 'show', 'MUG-RED', ...args], { env });
    expect(raw).toContain('MUG-RED');
    return raw.search(SGR) >= 0;
  };

  it.each([
    [true, {}, []],
    [false, { NO_COLOR: '1' }, []],
    [false, { TERM: 'dumb' }, []],
    [false, {}, ['--color', 'never']],
    [false, { FORCE_COLOR: '0' }, []],
    [true, { NO_COLOR: '1' }, ['--color', 'always']],
  ])('on a terminal is %s with %j %j', async (expected, env, args) => {
    expect(await coloured(env, args)).toBe(expected);
  });

  it('goes into a pipe only when it is forced', async () => {
    const show = ['stock', 'show', 'MUG-RED', '--format', 'table'];
    expect((await inv.run(show)).stdout.search(SGR)).toBe(-1);
    const forced = await inv.run(show, { env: { FORCE_COLOR: '1' } });
    expect(forced.stdout.search(SGR)).toBeGreaterThanOrEqual(0);
  });
});

it('a terminal without UTF-8 gets plain marks and rules, and the data as it is', async () => {
  const { lines } = await onTerminal(['stock', 'list', '--search', 'MUG'], { env: { LANG: 'C' } });
  expect(lines).toEqual([
    'SKU      NAME                LOCATION  ON HAND  RESERVED  AVAILABLE  MINIMUM',
    '-------  ------------------  --------  -------  --------  ---------  -------',
    'MUG-RED  红色马克杯 Red mug  MAIN           12         0         12       20',
  ]);
  const refused = await onTerminal(['stock', 'out', 'MUG-RED', '500'], { env: { LANG: 'C' } });
  expect(refused.lines[0]).toMatch(/^x MUG-RED: 500 wanted/);
});

describe('missing arguments', () => {
  const answers = (quantity: string): readonly TypedAnswer[] => [
    { waitFor: 'Product to take out', type: 'mug-red\r' },
    { waitFor: 'How many units', type: quantity },
  ];

  it('are asked for on a terminal', async () => {
    const { exitCode, raw } = await onTerminal(['stock', 'out', '--request-id', 'asked'], {
      answers: answers('2\r'),
    });
    expect(exitCode).toBe(0);
    expect(raw).toContain('12 → 10 on hand');
    expect(await onHand('MUG-RED')).toBe(10);
    await inv.json(['stock', 'undo', 'asked']);
  });

  it('are judged before the next question, and a wrong answer goes away', async () => {
    const { exitCode, raw } = await onTerminal(['stock', 'out', '--request-id', 'corrected'], {
      answers: [
        { waitFor: 'Product to take out', type: 'mug-rde\r' },
        { waitFor: 'did you mean MUG-RED', type: 'mug-red\r' },
        { waitFor: 'How many units', type: '4006381333931\r' },
        { waitFor: 'looks like a barcode', type: '2\r' },
      ],
    });
    expect(exitCode).toBe(0);
    expect(raw).toContain('12 → 10 on hand');
    await inv.json(['stock', 'undo', 'corrected']);
  });

  it('Ctrl-C at a question exits 130, and nothing has changed', async () => {
    const { exitCode, lines } = await onTerminal(['stock', 'out'], { answers: answers('\u0003') });
    expect(exitCode).toBe(130);
    expect(lines.at(-1)).toContain(
      '✗ interrupted at the question; nothing was changed [INTERRUPTED]',
    );
    expect(await onHand('MUG-RED')).toBe(12);
  });

  it.each([
    [['--no-input'], {}],
    [[], { CI: 'true' }],
  ])('are not asked for with %j %j', async (args, env) => {
    const { exitCode, lines } = await onTerminal(['stock', 'out', ...args], { env });
    expect([exitCode, lines[0]]).toEqual([2, '✗ missing arguments: SKU and QTY [USAGE]']);
  });

  it('are named when there is no terminal', async () => {
    expect(await inv.run(['stock', 'out'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        '✗ missing arguments: SKU and QTY [USAGE]\n' +
        '  try: inv stock out SKU QTY, or inv stock out --from FILE\n',
    });
    expect(await inv.run(['stock', 'out', 'MUG-RED'])).toMatchObject({
      exitCode: 2,
      stderr: '✗ missing argument: QTY [USAGE]\n  try: inv stock out SKU QTY\n',
    });
  });
});

describe('a pipe', () => {
  it('gets TSV: a header, a row a line, no colour', async () => {
    const { stdout } = await inv.run(['stock', 'list', '--search', 'MUG']);
    expect(stdout).toBe(
      'sku\tname\tlocation\ton_hand\treserved\tavailable\tmin_level\n' +
        'MUG-RED\t红色马克杯 Red mug\tMAIN\t12\t0\t12\t20\n',
    );
  });

  it('that closes early ends the command quietly, with exit 0', async () => {
    // More than a pipe holds, so that the writer really meets the closed end.
    const names = Array.from({ length: 3000 }, (_, index) => ({
      sku: `PIPE-${String(index).padStart(4, '0')}`,
      name: 'a product with a name of some length, to fill the pipe',
    }));
    await insertProducts(inv.database, names);
    const status = join(inv.folder, 'status');
    const script = `{ "$0" "$1" stock list --all; echo $? >"$2"; } 2>"$3" | head -n 1`;
    const errors = join(inv.folder, 'errors');
    writeFileSync(errors, '');
    const { lines } = await runProgramInTerminal(
      ['/bin/sh', '-c', script, process.execPath, binary, status, errors],
      { env: { ...inv.env }, cwd: inv.folder },
    );
    expect(lines).toEqual(['sku\tname\tlocation\ton_hand\treserved\tavailable\tmin_level']);
    expect(readFileSync(status, 'utf8')).toBe('0\n');
    expect(readFileSync(errors, 'utf8')).toBe('');
  });
});

describe('a home folder that cannot be written', () => {
  // Not even root can make a folder there.
  const HOME = '/dev/null';

  it('does not matter to commands with stores of their own', async () => {
    const { exitCode, stderr } = await inv.run(['stock', 'list'], { env: { HOME } });
    expect([exitCode, stderr]).toEqual([0, '']);
  });

  it('is named, with a way out, when the private servers would live there', async () => {
    const env = { PATH: inv.env['PATH'] ?? '', HOME };
    const { exitCode, stdout, stderr } = await runBinary(['stock', 'list', '--json'], { env });
    expect([exitCode, stdout]).toEqual([77, '']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        code: 'NOT_PERMITTED',
        message: expect.stringContaining('/dev/null/.local/share/inv'),
        hint: expect.stringContaining('INV_HOME'),
      },
    });
  });
});
