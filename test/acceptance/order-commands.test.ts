import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation, errorOf } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { checksumOfRows, violations } from '../support/ledger-proof.ts';
import { runInTerminal } from '../support/pty.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  const products = [{ sku: 'MUG', name: 'Mug' }, { sku: 'CUP' }, { sku: 'TEA' }, { sku: 'PEN' }];
  await insertProducts(inv.database, products);
  for (const sku of ['MUG', 'CUP', 'PEN']) await inv.json(['stock', 'in', sku, '100']);
  await inv.json(['pool', 'open', 'MUG', '10', '--floor', '1']);
  await inv.json(['pool', 'open', 'PEN', '10', '--per-buyer', '2']);
});
afterEach(async () => {
  expect(await violations(inv.database)).toEqual({});
});
afterAll(() => inv.close());

async function left(): Promise<unknown> {
  const { avail } = (await inv.json(['pool', 'show', 'MUG'])) as { avail: number };
  return avail;
}

describe('what cannot be sold', () => {
  it.each([
    [['order', 'place'], 2, 'USAGE'],
    [['order', 'place', 'MUG'], 2, 'USAGE'],
    [['order', 'place', 'MUG', '1.5'], 2, 'INVALID_INPUT'],
    [['order', 'place', 'MUG', '1', '--hold', '15'], 2, 'INVALID_INPUT'],
    [['order', 'place', 'MUG', '1', '--buyer', 'a b'], 2, 'INVALID_INPUT'],
    [['order', 'place', 'MUG', '1', '--fields', 'nmae'], 2, 'USAGE'],
    [['order', 'plcae', 'MUG', '1'], 2, 'USAGE'],
    [['order', 'place', 'MGU', '1'], 4, 'NOT_FOUND'],
    [['order', 'place', 'MUG', '1', '--location', 'NOWHERE'], 4, 'NOT_FOUND'],
    [['order', 'place', 'CUP', '1'], 4, 'NOT_FOUND'],
    [['order', 'place', 'MUG', '10'], 3, 'INSUFFICIENT_STOCK'],
    [['order', 'place', 'PEN', '3', '--buyer', 'ann'], 3, 'LIMIT_REACHED'],
    [['order', 'place', 'PEN', '1'], 3, 'LIMIT_REACHED'],
    [['order', 'confirm', 'no-such'], 4, 'NOT_FOUND'],
    [['order', 'cancel', 'no-such'], 4, 'NOT_FOUND'],
    [['order', 'show', 'no-such'], 4, 'NOT_FOUND'],
    [['order', 'list', '--state', 'accepted'], 2, 'USAGE'],
  ])('%j is refused with exit code %i', async (args, exitCode, code) => {
    expect(await inv.refused(args)).toEqual([exitCode, code]);
    expect(await left()).toBe(10);
  });

  it('says how many are left above the floor, and names the request', async () => {
    const args = ['order', 'place', 'MUG', '10', '--request-id', 'greedy', '--json'];
    expect(errorOf(await inv.run(args))).toMatchObject({
      message: 'MUG: 10 wanted, 9 left in its pool',
      wanted: 10,
      available: 9,
      request_id: 'greedy',
    });
    // A refusal stays one: the id has had its answer.
    expect(errorOf(await inv.run(args))).toMatchObject({
      code: 'INSUFFICIENT_STOCK',
      message: 'MUG: 10 wanted, and the request was refused before, when its pool had less',
      hint: 'to try again, use a new request id',
    });
  });

  it('an empty list is an empty list', async () => {
    expect(await inv.json(['order', 'list'])).toEqual([]);
    expect((await inv.run(['order', 'list', '--format', 'ndjson'])).stdout).toBe('');
  });

  it('a window is kept', async () => {
    const later = ['pool', 'open', 'CUP', '5', '--starts', '2099-01-01'];
    await inv.json(later);
    expect(await inv.refused(['order', 'place', 'CUP', '1'])).toEqual([3, 'POOL_CLOSED']);
    await inv.json(['pool', 'close', 'CUP', '--yes']);
    const ending = (ends: string) => ['pool', 'open', 'CUP', '5', '--ends', ends];
    expect(await inv.refused(ending('2020-01-01'))).toEqual([2, 'INVALID_INPUT']);
    const endsAtMs = Date.now() + 2_000;
    await inv.json(ending(new Date(endsAtMs).toISOString()));
    await sleep(Math.max(0, endsAtMs - Date.now()) + 50);
    expect(await inv.refused(['order', 'place', 'CUP', '1'])).toEqual([3, 'POOL_CLOSED']);
    await inv.json(['pool', 'close', 'CUP', '--yes']);
    expect(await inv.refused(['order', 'place', 'CUP', '1'])).toEqual([3, 'POOL_CLOSED']);
  });
});

describe('a sale', () => {
  const place = ['order', 'place', 'mug', '2', '--buyer', 'ann', '--ref', 'Web 7'];
  const SOLD = {
    state: 'accepted',
    sku: 'MUG',
    location: 'MAIN',
    quantity: 2,
    buyer: 'ann',
    reference: 'Web 7',
    pool_id: expect.any(Number) as number,
    deadline: null,
  };

  it('is tried without a trace', async () => {
    const before = await checksumOfRows(inv.database);
    expect(await inv.json([...place, '--dry-run'])).toMatchObject({ dry_run: true, quantity: 2 });
    expect(await left()).toBe(10);
    expect(await checksumOfRows(inv.database)).toBe(before);
  });

  it('happens once for each request id, and another content is a conflict', async () => {
    const first = await inv.json([...place, '--request-id', 'o-1']);
    expect(first).toEqual({ request_id: 'o-1', replayed: false, ...SOLD, remaining: 7 });
    const again = await inv.json([...place, '--request-id', 'o-1']);
    expect(again).toEqual({ request_id: 'o-1', replayed: true, ...SOLD, remaining: null });
    const other = ['order', 'place', 'MUG', '1', '--buyer', 'ann', '--request-id', 'o-1'];
    expect(await inv.refused(other)).toEqual([5, 'REQUEST_CONFLICT']);
    expect(await left()).toBe(8);
    expect(await inv.json(['order', 'show', 'o-1'])).toEqual({
      request_id: 'o-1',
      replayed: false,
      ...SOLD,
      remaining: null,
    });
    expect(await inv.refused(['order', 'cancel', 'o-1'])).toEqual([3, 'REFUSED']);
  });

  it('is in the books once a worker has been there, under the same id', async () => {
    expect(await inv.json(['order', 'list'])).toEqual([]);
    expect(await inv.json(['worker', 'once'])).toMatchObject({ settled: 1, lag_events: 0 });
    expect(await inv.json(['order', 'show', 'o-1'])).toMatchObject({ state: 'settled' });
    expect(await inv.json([...place, '--request-id', 'o-1'])).toMatchObject({
      replayed: true,
      state: 'settled',
    });
    expect(await inv.json(['stock', 'history', 'MUG', '--request-id', 'o-1'])).toMatchObject([
      { kind: 'sale', quantity: -2, on_hand_after: 98, reference: 'Web 7', actor: 'tester' },
    ]);
    expect(await inv.json(['order', 'list', '--buyer', 'ann'])).toEqual([
      {
        request_id: 'o-1',
        state: 'settled',
        sku: 'MUG',
        location: 'MAIN',
        quantity: 2,
        buyer: 'ann',
        reference: 'Web 7',
        pool_id: expect.any(Number) as number,
        deadline: null,
        created_at: expect.stringMatching(/Z$/) as string,
        updated_at: expect.stringMatching(/Z$/) as string,
        undone: null,
      },
    ]);
    for (const none of [
      ['--buyer', 'bob'],
      ['--sku', 'CUP'],
      ['--state', 'held'],
    ]) {
      expect(await inv.json(['order', 'list', ...none])).toEqual([]);
    }
  });
});

describe('a hold', () => {
  const hold = (id: string, time = '15m') => [
    ...['order', 'place', 'MUG', '1', '--buyer', id, '--hold', time, '--request-id', id],
  ];

  it('sets aside until it is confirmed', async () => {
    const before = await left();
    const held = await inv.json(hold('h-1'));
    expect(held).toMatchObject({ state: 'held', deadline: expect.stringMatching(/Z$/) as string });
    expect(await inv.json(['pool', 'show', 'MUG'])).toMatchObject({
      avail: Number(before) - 1,
      held: 1,
    });
    expect(await inv.json(['order', 'confirm', 'h-1'])).toMatchObject({
      state: 'accepted',
      replayed: false,
    });
    expect(await inv.json(['order', 'confirm', 'h-1'])).toMatchObject({ replayed: true });
  });

  it('is given back when it is cancelled', async () => {
    const before = await left();
    await inv.json(hold('h-2'));
    expect(await inv.json(['order', 'cancel', 'h-2'])).toMatchObject({ state: 'cancelled' });
    expect(await left()).toBe(before);
    expect(await inv.json(['order', 'cancel', 'h-2'])).toMatchObject({ replayed: true });
    expect(await inv.refused(['order', 'confirm', 'h-2'])).toEqual([3, 'REFUSED']);
  });

  it('is given back when its time is over', async () => {
    const before = await left();
    await inv.json(hold('h-3', '1s'));
    await sleep(1_100);
    expect(await inv.json(['worker', 'once'])).toMatchObject({ expired_holds: 1 });
    expect(await left()).toBe(before);
    expect(await inv.refused(['order', 'confirm', 'h-3'])).toEqual([3, 'REFUSED']);
    await inv.json(['worker', 'once']);
    expect(await inv.json(['order', 'list', '--state', 'expired'])).toMatchObject([
      { request_id: 'h-3' },
    ]);
    expect(await inv.json(['order', 'show', 'h-3'])).toMatchObject({ state: 'expired' });
  });
});

describe('when a store is away', () => {
  it('Redis: nothing was executed, and the request is named', async () => {
    const env = { INV_REDIS_URL: 'redis://127.0.0.1:1', INV_RETRY_ATTEMPTS_MAX: '1' };
    const fresh = await inv.run(['order', 'place', 'MUG', '1', '--json'], { env });
    expect(fresh.exitCode).toBe(69);
    expect(errorOf(fresh)).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      request_id: expect.any(String) as string,
    });
  });

  it('MySQL: a fresh order is sold all the same', async () => {
    const env = { INV_MYSQL_URL: 'mysql://nobody@127.0.0.1:1/none' };
    const { exitCode, stdout } = await inv.run(['order', 'place', 'MUG', '1', '--json'], { env });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ state: 'accepted' });
    expect(await inv.json(['worker', 'once'])).toMatchObject({ settled: 1 });
  });
});

describe('for people', () => {
  const onTerminal = (args: readonly string[], columns = 80) =>
    runInTerminal(args, { env: { ...inv.env }, cwd: inv.folder, columns });

  it('says what was sold, and how a hold goes on', async () => {
    const sold = await onTerminal(['order', 'place', 'MUG', '1', '--request-id', 't-1']);
    expect([sold.exitCode, ...sold.lines]).toEqual([
      0,
      '✓ MUG 1 sold at MAIN; a worker books it',
      expect.stringMatching(/^ {2}\d+ left in the pool$/),
      '  request t-1',
    ]);
    const held = await onTerminal([
      'order',
      'place',
      'MUG',
      '1',
      '--hold',
      '5m',
      '--request-id',
      't-2',
    ]);
    expect(held.lines[0]).toMatch(/^✓ MUG 1 held at MAIN until \d{4}-\d\d-\d\d [\d:]{8} UTC$/);
    expect(held.lines).toContain('  to sell it: inv order confirm t-2');
    const given = await onTerminal(['order', 'cancel', 't-2']);
    expect(given.lines[0]).toBe('✓ MUG 1 at MAIN: the hold is given back');
    const again = await onTerminal(['order', 'cancel', 't-2']);
    expect(again.lines[0]).toMatch(/^! MUG 1 at MAIN: the hold was given back, or ended/);
    const none = await onTerminal(['order', 'place', 'MUG', '100']);
    expect([none.exitCode, none.lines[0]]).toEqual([
      3,
      expect.stringMatching(/^✗ MUG: 100 wanted, \d+ left in its pool \[INSUFFICIENT_STOCK\]$/),
    ]);
  });

  it.each([40, 80, 150])('lists orders within %i columns', async (columns) => {
    await inv.json(['worker', 'once']);
    const { exitCode, lines } = await onTerminal(['order', 'list', '--limit', '2'], columns);
    expect(exitCode).toBe(0);
    expect(lines.at(-1)).toBe('the newest 2 are shown; --limit N shows more, --limit 0 all');
    expect(lines.slice(0, -1).filter((line) => line.length > columns)).toEqual([]);
    expect(lines.join('\n')).toContain('MUG');
  });

  it('writes TSV in a pipe', async () => {
    const { stdout } = await inv.run(['order', 'list', '--buyer', 'ann']);
    const [head, row] = stdout.split('\n').map((line) => line.split('\t'));
    expect(head?.slice(0, 5)).toEqual(['request_id', 'state', 'sku', 'quantity', 'buyer']);
    expect(row?.slice(0, 5)).toEqual(['o-1', 'settled', 'MUG', '2', 'ann']);
  });
});
