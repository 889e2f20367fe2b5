import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { insertLocations, insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation, errorOf } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { checksumOfRows, violations } from '../support/ledger-proof.ts';
import { runInTerminal } from '../support/pty.ts';
import { testServers } from '../support/servers.ts';

let inv: Installation;
const NO_REDIS = { INV_REDIS_URL: 'redis://127.0.0.1:1' };

beforeAll(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [
    { sku: 'MUG-RED', name: 'Red mug', safetyStock: 10 },
    { sku: 'CUP', name: '红色杯子' },
    { sku: 'TEA' },
    { sku: 'OLD', status: 'archived' },
    { sku: 'POT' },
  ]);
  await insertLocations(inv.database, [{ code: 'SHOP' }]);
  for (const sku of ['MUG-RED', 'CUP', 'TEA', 'POT']) await inv.json(['stock', 'in', sku, '100']);
  // The books get the row of a shard with the first pool that anybody tries to open there.
  await inv.run(['pool', 'open', 'TEA', '101']);
});
afterEach(async () => {
  expect(await violations(inv.database)).toEqual({});
});
afterAll(() => inv.close());

describe('before anything is touched', () => {
  it.each([
    [['pool', 'open'], 2, 'USAGE'],
    [['pool', 'open', 'MUG-RED'], 2, 'USAGE'],
    [['pool', 'open', 'MUG-RED', '0'], 2, 'INVALID_INPUT'],
    [['pool', 'open', 'MUG-RED', '10', '--floor', '10'], 2, 'INVALID_INPUT'],
    [['pool', 'open', 'MUG-RED', '10', '--ends', 'soon'], 2, 'INVALID_INPUT'],
    [['pool', 'opne', 'MUG-RED', '10'], 2, 'USAGE'],
    [['pool', 'open', 'MUG-REDD', '10'], 4, 'NOT_FOUND'],
    [['pool', 'open', 'MUG-RED', '10', '--location', 'SHOPP'], 4, 'NOT_FOUND'],
    [['pool', 'open', 'MUG-RED', '101'], 3, 'INSUFFICIENT_STOCK'],
    [['pool', 'open', 'OLD', '1'], 3, 'ARCHIVED'],
    [['pool', 'open', 'MUG-RED', '10', '--fields', 'nmae'], 2, 'USAGE'],
    [['pool', 'top-up', 'MUG-RED', '1'], 4, 'NOT_FOUND'],
    [['pool', 'close', 'MUG-RED'], 2, 'CONFIRMATION_REQUIRED'],
    [['pool', 'close', 'MUG-RED', '--yes'], 4, 'NOT_FOUND'],
    [['pool', 'show', 'MUG-RED'], 4, 'NOT_FOUND'],
    [['pool', 'list', '--location', 'NOWHERE'], 4, 'NOT_FOUND'],
  ])('%j is refused with exit code %i', async (args, exitCode, code) => {
    const before = await checksumOfRows(inv.database);
    expect(await inv.refused(args)).toEqual([exitCode, code]);
    expect(await checksumOfRows(inv.database)).toBe(before);
  });

  it('says what was meant, and names the id of the request in every failure', async () => {
    const args = ['pool', 'open', 'MUG-REDD', '10', '--request-id', 'typo', '--json'];
    expect(errorOf(await inv.run(args))).toMatchObject({
      did_you_mean: ['MUG-RED'],
      request_id: 'typo',
    });
    const made = errorOf(await inv.run(['pool', 'open', 'MUG-RED', '101', '--json']));
    expect(made).toMatchObject({
      message: 'MUG-RED: 101 wanted, 100 available (100 on hand, 0 reserved)',
      available: 100,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
  });

  it('an empty list is an empty list', async () => {
    expect(await inv.json(['pool', 'list'])).toEqual([]);
    const piped = await inv.run(['pool', 'list']);
    expect(piped.stdout.split('\n')).toHaveLength(2);
    expect(await inv.run(['pool', 'list', '--format', 'table'])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'no pool is open; inv pool open SKU QTY opens one\n',
    });
  });
});

describe('a pool', () => {
  const CUP = {
    pool_id: expect.any(Number) as number,
    sku: 'CUP',
    location: 'MAIN',
    state: 'open',
    epoch: 1,
    shard: 0,
    delegated: 50,
    outstanding: 50,
    avail: 50,
    held: 0,
    sold: 0,
    returned: 0,
    duplicates: 0,
    unsettled: 0,
    floor: 5,
    per_buyer: 2,
    starts_at: null,
    ends_at: null,
    short: 0,
    quarantine: 0,
  };
  const BUCKET = {
    bucket_id: expect.any(Number) as number,
    bucket: 0,
    shard: 0,
    state: 'open',
    epoch: 1,
    delegated: 50,
    outstanding: 50,
    avail: 50,
    held: 0,
    sold: 0,
    returned: 0,
    duplicates: 0,
    unsettled: 0,
    floor: 5,
    short: 0,
    quarantine: 0,
    sound: true,
  };
  const open = [
    ...['pool', 'open', 'cup', '50', '--per-buyer', '2', '--floor', '5'],
    ...['--reason', 'Black Friday'],
  ];

  it('is tried without a trace', async () => {
    const before = await checksumOfRows(inv.database);
    expect(await inv.json([...open, '--dry-run', '--request-id', 'open-1'])).toMatchObject({
      request_id: 'open-1',
      dry_run: true,
      state: 'open',
      delegated: 50,
      avail: null,
    });
    expect(await checksumOfRows(inv.database)).toBe(before);
    expect(await inv.json(['pool', 'list'])).toEqual([]);
  });

  it('is opened once for each request id', async () => {
    const first = await inv.json([...open, '--request-id', 'open-1']);
    const document = { ...CUP, buckets: [BUCKET], warnings: [] };
    expect(first).toEqual({ request_id: 'open-1', replayed: false, ...document });
    expect(await inv.json([...open, '--request-id', 'open-1'])).toEqual({
      request_id: 'open-1',
      replayed: true,
      ...document,
    });
    expect(await inv.refused(['pool', 'open', 'CUP', '51', '--request-id', 'open-1'])).toEqual([
      5,
      'REQUEST_CONFLICT',
    ]);
    expect(await inv.refused([...open, '--request-id', 'open-2'])).toEqual([3, 'ALREADY_EXISTS']);
    const opened = {
      request_id: 'open-1',
      kind: 'open',
      quantity: 50,
      actor: 'tester',
      reason: 'Black Friday',
      done_at: expect.stringMatching(/Z$/) as string,
    };
    expect(await inv.json(['pool', 'show', 'CUP'])).toEqual({ ...document, operations: [opened] });
    const [, , ...why] = open;
    const other = ['pool', 'open', ...why, '--reason', 'Cyber Monday', '--request-id', 'open-1'];
    expect(await inv.refused(other)).toEqual([5, 'REQUEST_CONFLICT']);
    expect(await inv.json(['pool', 'list'])).toEqual([document]);
  });

  it('stands in the stock of its product, and its units are reserved', async () => {
    const shown = await inv.json(['stock', 'show', 'CUP']);
    expect(shown).toMatchObject({ on_hand: 100, reserved: 50, available: 50, pools: [CUP] });
    const why = await inv.run(['stock', 'why', 'CUP', '--format', 'table']);
    expect(why.stdout).toContain('50 of them reserved: 50 available.\n  pool ');
    expect(await inv.refused(['stock', 'out', 'CUP', '51'])).toEqual([3, 'INSUFFICIENT_STOCK']);
  });

  it('can be looked at while Redis is away, and what only Redis knows is null', async () => {
    const unknown = { ...CUP, avail: null, held: null, unsettled: null };
    const show = await inv.run(['stock', 'show', 'CUP', '--json'], { env: NO_REDIS });
    expect(show.exitCode).toBe(0);
    expect(JSON.parse(show.stdout)).toMatchObject({ reserved: 50, pools: [unknown] });
    expect(show.stderr).toContain('cannot be reached');
    const pool = await inv.run(['pool', 'show', 'CUP', '--json'], { env: NO_REDIS });
    expect(JSON.parse(pool.stdout)).toMatchObject(unknown);
    const product = await inv.run(['stock', 'show', 'TEA'], { env: NO_REDIS });
    expect([product.exitCode, product.stderr]).toEqual([0, '']);
    const { INV_REDIS_URL: _, ...env } = inv.env;
    const unconfigured = await inv.run(['stock', 'show', 'CUP', '--json'], {
      env: { INV_REDIS_URL: '' },
    });
    expect([unconfigured.exitCode, env['INV_REDIS_URL']]).toEqual([0, undefined]);
    expect(JSON.parse(unconfigured.stdout)).toMatchObject({ pools: [unknown] });
  });

  it('takes more while it sells, once for each request id', async () => {
    const more = ['pool', 'top-up', 'CUP', '10', '--request-id', 'more-1'];
    const topped = { delegated: 60, avail: 60 };
    expect(await inv.json(more)).toMatchObject({ replayed: false, ...topped });
    expect(await inv.json(more)).toMatchObject({ replayed: true, ...topped });
    expect(await inv.refused(['pool', 'top-up', 'CUP', '41'])).toEqual([3, 'INSUFFICIENT_STOCK']);
  });

  it('is a row of TSV in a pipe, also of one that closes early', async () => {
    const { stdout } = await inv.run(['pool', 'show', 'CUP', '--fields', 'sku,avail,per_buyer']);
    expect(stdout).toBe('sku\tavail\tper_buyer\nCUP\t60\t2\n');
    const list = await inv.run(['pool', 'list', '--format', 'csv', '--fields', 'sku,state']);
    expect(list.stdout).toBe('sku,state\nCUP,open\n');
  });

  it('gives everything back when it is closed, once', async () => {
    const close = ['pool', 'close', 'CUP', '--yes', '--request-id', 'close-1'];
    expect(await inv.json([...close, '--dry-run'])).toMatchObject({ dry_run: true });
    expect(await inv.json(['pool', 'show', 'CUP'])).toMatchObject({ state: 'open' });
    expect(await inv.json(close)).toMatchObject({
      request_id: 'close-1',
      replayed: false,
      state: 'closed',
      delegated: 60,
      outstanding: 0,
      returned: 60,
      avail: 0,
      units_returned: 60,
    });
    expect(await inv.json(close)).toMatchObject({ replayed: true, units_returned: null });
    expect(await inv.refused(['pool', 'close', 'CUP', '--yes'])).toEqual([3, 'POOL_CLOSED']);
    expect(await inv.refused(['pool', 'top-up', 'CUP', '1'])).toEqual([3, 'POOL_CLOSED']);
    expect(await inv.json(['stock', 'show', 'CUP'])).toMatchObject({ reserved: 0, pools: [] });
    expect(await inv.json(['pool', 'list'])).toEqual([]);
    expect(await inv.json(['pool', 'list', '--all', '--sku', 'cup'])).toMatchObject([
      { sku: 'CUP', state: 'closed' },
    ]);
  });

  it('has nothing to release that is not in quarantine', async () => {
    const release = ['pool', 'release', 'CUP', '1'];
    expect(await inv.refused(release)).toEqual([3, 'REFUSED']);
    expect(await inv.refused([...release, '--yes'])).toEqual([3, 'REFUSED']);
    expect(await inv.refused(['pool', 'release', 'CUP', '0', '--yes'])).toEqual([
      2,
      'INVALID_INPUT',
    ]);
  });

  it('keeps units that lost sales may own, until they are released', async () => {
    const env = { INV_POOLS_LOSS_LIMIT_UNITS: '3' };
    await inv.json(['pool', 'open', 'POT', '20'], { env });
    const redis = new Redis(testServers().redisSocket);
    await redis.del(`${inv.database.name}:{0}:meta`);
    redis.disconnect();
    expect(await inv.json(['worker', 'recover'])).toMatchObject([{ outcome: 'rebuilt' }]);
    expect(await inv.json(['pool', 'show', 'POT'])).toMatchObject({ quarantine: 3, avail: 17 });
    await inv.json(['pool', 'close', 'POT', '--yes']);
    expect(await inv.json(['stock', 'show', 'POT'])).toMatchObject({ reserved: 3, available: 97 });
    expect(await inv.json(['stock', 'why', 'POT'])).toMatchObject({
      reserved_by_pools: 3,
      pools: [{ state: 'closed', quarantine: 3 }],
    });
    const status = await inv.run(['worker', 'status', '--json']);
    expect(status.exitCode).toBe(6);
    expect(JSON.parse(status.stdout)).toMatchObject({ shards: [{ quarantine: 3, lost_max: 3 }] });
    const release = ['pool', 'release', 'POT', '3', '--yes', '--request-id', 'free-1'];
    const released = await inv.run([...release, '--json']);
    expect(JSON.parse(released.stdout)).toMatchObject({ request_id: 'free-1', quarantine: 0 });
    expect(await inv.json(release)).toMatchObject({ replayed: true });
    expect(await inv.json(['stock', 'show', 'POT'])).toMatchObject({ reserved: 0, available: 100 });
  });

  it('can be opened again, without Redis, and sells once Redis has it', async () => {
    const args = ['pool', 'open', 'TEA', '7', '--request-id', 'tea-1', '--json'];
    const away = await inv.run(args, { env: NO_REDIS });
    expect(away.exitCode).toBe(0);
    const opened = JSON.parse(away.stdout) as { warnings: string[] };
    expect(opened).toMatchObject({ state: 'open', delegated: 7, avail: null });
    expect(opened.warnings[0]).toContain('it is in the books');
    expect(await inv.json(args)).toMatchObject({ replayed: true, avail: 7, warnings: [] });
    expect(await inv.json(['pool', 'close', 'TEA', '--yes'])).toMatchObject({ units_returned: 7 });
  });
});

describe('on a terminal', () => {
  const onTerminal = (
    args: readonly string[],
    more: Partial<Parameters<typeof runInTerminal>[1]> = {},
  ) => runInTerminal(args, { ...more, env: { ...inv.env, ...more.env }, cwd: inv.folder });

  it('says what was done, and warns of the safety stock', async () => {
    const { exitCode, lines } = await onTerminal(
      ['pool', 'open', 'MUG-RED', '95', '--per-buyer', '2', '--request-id', 'term-1'],
      { columns: 100 },
    );
    expect([exitCode, ...lines]).toEqual([
      0,
      expect.stringMatching(/^✓ MUG-RED at MAIN: pool \d+ is open$/),
      '  95 handed over: 95 left to sell, none sold',
      '  at most 2 for each buyer',
      '  shard 0, epoch 1',
      '  request term-1',
      '! warning: the safety stock of MUG-RED is 10, and this pool may sell 5 of it; a pool with --floor 5 would not',
    ]);
  });

  it('lists pools as a table', async () => {
    const { lines } = await onTerminal(['pool', 'list']);
    expect(lines.map((line) => line.replace(/\d+ {2}MUG/, 'N  MUG').trimStart())).toEqual([
      'POOL  SKU      LOCATION  STATE  DELEGATED  LEFT  HELD  SOLD  UNSETTLED',
      '────  ───────  ────────  ─────  ─────────  ────  ────  ────  ─────────',
      'N  MUG-RED  MAIN      open          95    95     0     0          0',
    ]);
  });

  it.each([40, 80])('stays within %i columns', async (columns) => {
    for (const args of [
      ['pool', 'list'],
      ['pool', 'list', '--all'],
    ]) {
      const { exitCode, lines } = await onTerminal(args, { columns });
      expect([exitCode, lines.filter((line) => line.length > columns)]).toEqual([0, []]);
    }
  });

  it('asks before it ends a sale, and Enter alone ends nothing', async () => {
    const close = ['pool', 'close', 'MUG-RED'];
    const no = await onTerminal(close, { answers: [{ waitFor: 'End the sale', type: '\r' }] });
    expect(no.exitCode).toBe(0);
    expect(no.lines.at(-1)).toContain('the pool stays open');
    const interrupted = await onTerminal(close, {
      answers: [{ waitFor: 'End the sale', type: '\u0003' }],
    });
    expect(interrupted.exitCode).toBe(130);
    expect(await inv.json(['pool', 'show', 'MUG-RED'])).toMatchObject({ state: 'open' });
    const yes = await onTerminal([...close, '--request-id', 'term-2'], {
      answers: [{ waitFor: 'End the sale', type: 'y\r' }],
    });
    expect(yes.exitCode).toBe(0);
    expect(yes.lines.join('\n')).toMatch(
      /✓ MUG-RED at MAIN: pool \d+ is closed, 95 unsold came back/,
    );
  });

  it('speaks ASCII where the locale is C', async () => {
    const { lines } = await onTerminal(['pool', 'open', 'POT', '1'], { env: { LANG: 'C' } });
    expect(lines[0]).toMatch(/^ok POT at MAIN: pool \d+ is open$/);
    const { stderr } = await inv.run(['pool', 'close', 'POT', '--yes', '--quiet']);
    expect(stderr).toBe('');
  });
});
