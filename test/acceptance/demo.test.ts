import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../support/database.ts';
import { binary, runBinary } from '../support/installation.ts';
import { runInTerminal, SGR } from '../support/pty.ts';
import { temporaryFolder } from '../support/servers.ts';

describe('the catalogue that is shipped', () => {
  const read = (name: string): Record<string, string>[] =>
    parse(readFileSync(join(projectRoot, 'catalogue', name)), { columns: true });
  const products = read('products.csv');
  const suppliers = new Set(read('suppliers.csv').map((supplier) => supplier['code']));

  it('has the columns of an import and nothing twice', () => {
    expect(Object.keys(products[0] ?? {})).toEqual(
      'sku name unit barcode min_level safety_stock cost supplier'.split(' '),
    );
    expect(new Set(products.map((product) => product['sku'])).size).toBe(products.length);
    expect(products.length).toBeGreaterThanOrEqual(300);
  });

  it('has barcodes that belong to nobody: valid EAN-13 of the range for use inside a shop', () => {
    const barcodes = products.map((product) => product['barcode'] ?? '');
    expect(barcodes.filter((code) => !/^2\d{12}$/.test(code) || !isEan13(code))).toEqual([]);
    expect(new Set(barcodes).size).toBe(products.length);
  });

  it('names suppliers that are there', () => {
    const named = [...products, ...read('deliveries.csv')].map((line) => line['supplier']);
    expect(named.filter((code) => !suppliers.has(code))).toEqual([]);
  });
});

/** A user with settings, files and stores of his own, none of which the demo may meet. */
function someUser() {
  const folder = temporaryFolder('demo');
  const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
  mkdirSync(join(home, '.config', 'inv'), { recursive: true });
  mkdirSync(temporary);
  const foreign = 'mysql:\n  url: mysql://nobody@127.0.0.1:1/none\nstock:\n  location: NOWHERE\n';
  writeFileSync(join(home, '.config', 'inv', 'config.yaml'), foreign);
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: temporary,
    LANG: 'C.UTF-8',
    INV_MYSQL_URL: 'mysql://nobody@127.0.0.1:1/none',
    INV_REDIS_URL: 'redis://127.0.0.1:1/0',
  };
  return {
    env,
    home,
    /** What a demo has left: files, and processes that work in them. */
    leftovers: () => [...readdirSync(temporary), ...processesBelow(temporary)],
    homeEntries: () => readdirSync(home),
  };
}

describe('inv demo', () => {
  it('tells its story in a pipe, and leaves neither files nor processes', async () => {
    const user = someUser();
    const { exitCode, stdout, stderr } = await runBinary(['demo'], { env: user.env });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.search(SGR)).toBe(-1);
    const said = [
      '$ inv product import products.csv\n✓ 324 lines: 324 applied, 0 known already, 0 failed\n',
      '$ inv stock out --from orders.csv\n✓ 20 lines: 20 applied, 0 known already, 0 failed\n',
      '$ inv stock out --from orders.csv\n✓ 20 lines: 0 applied, 20 known already, 0 failed\n',
      'request so-2007 was booked before: nothing moved again\n',
      '✗ MUG-RED: 500 wanted, 132 available (132 on hand, 0 reserved) [INSUFFICIENT_STOCK]\n',
      '# exit code 3\n',
      '✓ MUG-RED +24 at SHOP: 0 → 24 on hand\n',
      '✓ MUG-RED +30 at MAIN: 78 → 108 on hand\n',
      '✗ with 1 more, buyer ann would have more than one buyer may have of MUG-RED [LIMIT_REACHED]\n',
      '✓ 2 sales booked\n',
      'is closed, 17 unsold came back\n',
      '✓ They add up to 126, which is what the books say.\n',
      '6 below their minimum\n',
      'each ended as it should.',
    ];
    expect(said.filter((text) => !stdout.includes(text))).toEqual([]);
    expect(user.leftovers()).toEqual([]);
    expect(user.homeEntries().filter((name) => name !== '.cache')).toEqual(['.config']);
  });

  it('--keep leaves its servers to the user, and --json reports each command', async () => {
    const user = someUser();
    const { exitCode, stdout, stderr } = await runBinary(['demo', '--keep', '--json'], {
      env: user.env,
    });
    expect([exitCode, stderr]).toEqual([0, '']);
    const { home, commands } = JSON.parse(stdout) as { home: string; commands: unknown[] };
    expect(commands).toContainEqual(
      expect.objectContaining({
        command: 'inv stock out MUG-RED 500 --ref SO-2008',
        exit_code: 3,
      }),
    );
    const { PATH = '', HOME = '' } = user.env;
    const env = { PATH, HOME: join(HOME, 'other'), INV_HOME: home };
    const shown = await runBinary(['stock', 'show', 'MUG-RED', '--json'], { env });
    const reset = await runBinary(['local', 'reset', '--yes'], { env });
    expect(JSON.parse(shown.stdout)).toMatchObject({ on_hand: 126, locations: [{}, {}] });
    expect([reset.exitCode, processesBelow(home)]).toEqual([0, []]);
  });

  it.each([
    ['Ctrl-C', 'SIGINT', '$ inv local start', 130],
    ['a request to end', 'SIGTERM', '$ inv stock in --from', 143],
    ['being killed', 'SIGKILL', '$ inv product import', null],
    ['a closed terminal', 'SIGHUP', '$ inv supplier import', null],
  ] as const)('leaves nothing after %s', async (_name, signal, after, expected) => {
    const user = someUser();
    const demo = spawn(process.execPath, [binary, 'demo'], { env: user.env, stdio: 'pipe' });
    let transcript = '';
    demo.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (!transcript.includes(after) && (transcript + text).includes(after)) demo.kill(signal);
      transcript += text;
    });
    demo.stderr.resume();
    const [exitCode] = (await once(demo, 'exit')) as [number | null];
    expect(exitCode).toBe(expected);
    // Whoever is asked to end cleans up first; for the others it is done behind them.
    if (expected === null) await nothingLeft(user.leftovers);
    expect(user.leftovers()).toEqual([]);
  });

  it('leaves nothing when its reader has seen enough', async () => {
    const user = someUser();
    const demo = spawn(process.execPath, [binary, 'demo'], { env: user.env, stdio: 'pipe' });
    let stderr = '';
    demo.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    demo.stdout.once('data', () => demo.stdout.destroy());
    const [exitCode] = (await once(demo, 'exit')) as [number | null];
    await nothingLeft(user.leftovers);
    expect([exitCode, stderr, user.leftovers()]).toEqual([0, '', []]);
  });

  it('fails with the reason when a command does not end as it should', async () => {
    const user = someUser();
    const env = { ...user.env, INV_REDIS_SERVER: '/dev/null' };
    const { exitCode, stdout, stderr } = await runBinary(['demo'], { env });
    expect(exitCode).toBe(69);
    expect(stdout).toContain('INV_REDIS_SERVER names /dev/null, which is not a program');
    expect(stderr).toContain('✗ the demo stops here: "inv local start" ended with exit code 69');
    expect(user.leftovers()).toEqual([]);
  });

  it('--dry-run only prints what would be typed', async () => {
    const user = someUser();
    const { exitCode, stdout } = await runBinary(['demo', '--dry-run'], { env: user.env });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      '# A MySQL and a Redis of its own',
      'inv local start',
    ]);
    expect(user.leftovers()).toEqual([]);
  });

  it('--step waits for Enter on a terminal, and Ctrl-C there ends everything', async () => {
    const user = someUser();
    const { exitCode, lines } = await runInTerminal(['demo', '--step'], {
      env: user.env,
      cwd: user.home,
      answers: [
        { waitFor: 'Enter to go on', type: '\r' },
        { waitFor: 'inv product list', type: '' },
        { waitFor: 'Enter to go on', type: '\u0003' },
      ],
    });
    expect(exitCode).toBe(130);
    expect(lines).toContain('== What is sold, and who delivers it');
    expect(lines).not.toContain('== Goods come in');
    expect(user.leftovers()).toEqual([]);
    const piped = await runBinary(['demo', '--step'], { env: user.env });
    expect([piped.exitCode, piped.stdout]).toEqual([2, '']);
  });
});

const CLEANED_TIMEOUT_MS = 20_000;

async function nothingLeft(leftovers: () => readonly string[]): Promise<void> {
  const deadlineMs = performance.now() + CLEANED_TIMEOUT_MS;
  while (leftovers().length > 0 && performance.now() < deadlineMs) await sleep(50);
}

/** Weights 1 and 3 in turn; all thirteen digits together are a multiple of ten. */
function isEan13(code: string): boolean {
  const sum = Array.from(code, Number).reduce((total, digit, index) => {
    return total + digit * (index % 2 === 0 ? 1 : 3);
  }, 0);
  return sum % 10 === 0;
}

/** Private servers work in their data folder (known on Linux only). */
function processesBelow(folder: string): string[] {
  return entriesOf('/proc').filter((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
    } catch {
      return false;
    }
  });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
