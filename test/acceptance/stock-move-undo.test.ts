import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertLocations, insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [
    { sku: 'MOVED', name: '红色马克杯', minLevel: 20, safetyStock: 2, cost: '1.25' },
    { sku: 'MUG' },
    { sku: 'CUP' },
    { sku: 'EMPTY' },
    { sku: 'OLD-MUG', status: 'archived' },
  ]);
  await insertLocations(inv.database, [{ code: 'BAY-7' }, { code: 'OLD', status: 'archived' }]);
});
afterAll(() => inv.close());

/** Titles of tests stay readable. */
function unfold(word: string): string {
  return word === 'LONG' ? 'M'.repeat(10_000) : word;
}

interface Posted {
  readonly request_id: string;
  readonly posting_id: number;
}

const run = (...args: string[]) => inv.inside(['stock', ...args, '--json']);
const json = (...args: string[]) => inv.json(['stock', ...args]) as Promise<Posted>;

async function levels(sku: string): Promise<Record<string, number>> {
  const rows = await inv.database.sql(
    `SELECT l.code, s.on_hand FROM stock s JOIN products p ON p.id = s.product_id
       JOIN locations l ON l.id = s.location_id WHERE p.sku = ?`,
    [sku],
  );
  return Object.fromEntries(rows.map((row) => [String(row['code']), Number(row['on_hand'])]));
}

async function postingCount(): Promise<number> {
  const [row] = await inv.database.sql('SELECT COUNT(*) AS n FROM postings');
  return Number(row?.['n']);
}

describe('what move, undo and show refuse', () => {
  it.each([
    [2, ['move', 'MUG', '1']],
    [2, ['move', 'MUG', '1', '--to', 'MAIN']],
    [2, ['move', 'MUG', '1', '--from', 'bay-7', '--to', 'BAY-7']],
    [2, ['move', 'MUG', '--to', 'BAY-7']],
    [2, ['move', 'MUG', '0', '--to', 'BAY-7']],
    [2, ['move', 'MUG', '-1', '--to', 'BAY-7']],
    [2, ['move', 'MUG', '1e3', '--to', 'BAY-7']],
    [2, ['move', 'LONG', '1', '--to', 'BAY-7']],
    [2, ['move', '', '1', '--to', 'BAY-7']],
    [2, ['move', 'MUG', '1', '--to', 'no such place']],
    [4, ['move', 'MUG', '1', '--to', 'BAY-8']],
    [4, ['move', 'MUGS', '1', '--to', 'BAY-7']],
    [3, ['move', 'EMPTY', '1', '--to', 'BAY-7']],
    [3, ['move', 'CUP', '1', '--to', 'OLD']],
    [3, ['move', 'OLD-MUG', '1', '--to', 'BAY-7']],
    [2, ['undo']],
    [2, ['undo', 'x', '--posting', '1']],
    [2, ['undo', 'two words']],
    [2, ['undo', 'LONG']],
    [2, ['undo', 'posting:x']],
    [2, ['undo', 'posting:0']],
    [2, ['undo', '--posting', '-1']],
    [2, ['undo', '--posting', '99999999999999999999']],
    [4, ['undo', 'nobody']],
    [4, ['undo', '999999']],
    [4, ['undo', '9999999999999999999999']],
    [4, ['undo', 'posting:999999']],
    [2, ['show']],
    [2, ['show', 'LONG']],
    [2, ['show', 'a\u001B[2Jb']],
    [2, ['show', "'; DROP TABLE stock; --"]],
    [2, ['show', 'MUG', '--as-of', 'yesterday']],
    [2, ['show', 'MUG', '--as-of', '2010-02-30']],
    [4, ['show', 'MUGG']],
  ] as const)('exits %d and books nothing for %j', async (exitCode, args) => {
    await json('adjust', 'CUP', '--to', '5');
    const before = await postingCount();
    const result = await run(...args.map(unfold));
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(result.stderr.length).toBeLessThan(2_000);
    expect(result.stderr).not.toContain('\u001B');
    expect(await postingCount()).toBe(before);
  });

  it('says what is near an unknown product', async () => {
    const { stderr } = await run('show', 'MUGG');
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'NOT_FOUND', hint: 'inv product show MUG' },
    });
  });
});

it('undoes by the plain number that history shows', async () => {
  const { posting_id } = await json('adjust', 'MUG', '+7', '--request-id', 'by-number');
  const number = String(posting_id);
  expect(await json('history', 'MUG', '--limit', '1')).toMatchObject([{ posting_id }]);
  expect(await json('undo', number)).toMatchObject({
    kind: 'reversal',
    movements: [{ sku: 'MUG', quantity: -7 }],
  });
  expect(await run('undo', number)).toMatchObject({ exitCode: 3 });
});

it('moves goods as one posting, out first, and shows and undoes both ends', async () => {
  await json('adjust', 'MOVED', '--to', '10');
  const move = ['stock', 'move', 'MOVED', '4', '--to', 'BAY-7', '--request-id', 'move-1'];
  const moved = await inv.run([...move, '--json']);
  expect(JSON.parse(moved.stdout)).toEqual({
    request_id: 'move-1',
    replayed: false,
    kind: 'move',
    strategy: 'conditional',
    posting_id: expect.any(Number),
    movements: [movement('MAIN', -4, 10), movement('BAY-7', 4, 0)],
  });
  expect(await inv.json(move)).toMatchObject({ replayed: true });
  expect(await json('show', 'moved')).toEqual({
    sku: 'MOVED',
    name: '红色马克杯',
    unit: 'pcs',
    on_hand: 10,
    reserved: 0,
    available: 10,
    min_level: 20,
    safety_stock: 2,
    cost: '1.25',
    status: 'active',
    locations: [
      { location: 'BAY-7', on_hand: 4, reserved: 0, available: 4 },
      { location: 'MAIN', on_hand: 6, reserved: 0, available: 6 },
    ],
    pools: [],
  });
  const { stdout } = await inv.run(['stock', 'show', 'MOVED', '--format', 'table']);
  expect(stdout).toBe(
    'MOVED  红色马克杯\n  10 pcs on hand, 10 available\n' +
      '  BAY-7: 4 on hand, 4 available\n  MAIN: 6 on hand, 6 available\n' +
      '  ! below its minimum 20: inv stock low\n  safety stock 2\n',
  );
  expect(await json('undo', 'move-1')).toMatchObject({
    kind: 'reversal',
    movements: [
      { location: 'BAY-7', quantity: -4, on_hand_after: 0 },
      { location: 'MAIN', quantity: 4, on_hand_after: 10 },
    ],
  });
  expect(await json('show', 'MOVED')).toMatchObject({
    locations: [{ location: 'MAIN', on_hand: 10 }],
  });
  expect(await json('show', 'MOVED', '--all')).toMatchObject({
    locations: [
      { location: 'BAY-7', on_hand: 0 },
      { location: 'MAIN', on_hand: 10 },
    ],
  });
});

function movement(location: string, quantity: number, before: number): object {
  return {
    id: expect.any(Number),
    sku: 'MOVED',
    location,
    quantity,
    on_hand_before: before,
    on_hand_after: before + quantity,
    available_after: before + quantity,
  };
}

describe('undoing', () => {
  it('books once, replays its own request, and refuses another with the name of the first', async () => {
    await json('adjust', 'MUG', '--to', '10');
    await json('in', 'MUG', '5', '--ref', 'PO-1', '--request-id', 'in-1');
    const undo = await json('undo', 'in-1', '--reason', 'wrong goods', '--request-id', 'undo-1');
    expect(undo).toMatchObject({
      kind: 'reversal',
      replayed: false,
      movements: [{ quantity: -5 }],
    });
    expect(await json('undo', 'in-1', '--reason', 'wrong goods', '--request-id', 'undo-1')).toEqual(
      {
        ...undo,
        replayed: true,
      },
    );
    const again = await run('undo', 'in-1');
    expect(again.exitCode).toBe(3);
    expect(JSON.parse(again.stderr)).toMatchObject({
      error: { code: 'REFUSED', reversed_by: 'undo-1' },
    });
    expect(await levels('MUG')).toMatchObject({ MAIN: 10 });

    // An undo is a posting like any other.
    expect(await json('undo', 'undo-1')).toMatchObject({ movements: [{ quantity: 5 }] });
    expect((await run('undo', 'undo-1')).exitCode).toBe(3);
    expect(await levels('MUG')).toMatchObject({ MAIN: 15 });
  });

  it('refuses a request id that undid something else', async () => {
    await json('in', 'MUG', '1', '--request-id', 'in-a');
    await json('in', 'MUG', '1', '--request-id', 'in-b');
    await json('undo', 'in-a', '--request-id', 'undo-ab');
    expect((await run('undo', 'in-b', '--request-id', 'undo-ab')).exitCode).toBe(5);
  });

  it('takes a number for a request id first, and for a posting when it is told', async () => {
    const plain = await json('in', 'CUP', '3');
    const number = String(plain.posting_id);
    await json('in', 'CUP', '70', '--request-id', number);
    expect(await json('undo', number)).toMatchObject({ movements: [{ quantity: -70 }] });
    expect(await json('undo', `posting:${number}`)).toMatchObject({
      movements: [{ quantity: -3 }],
    });
    const other = await json('in', 'CUP', '2');
    expect(await json('undo', String(other.posting_id))).toMatchObject({
      movements: [{ quantity: -2 }],
    });
    const third = await json('in', 'CUP', '1');
    expect(await json('undo', '--posting', String(third.posting_id))).toMatchObject({
      movements: [{ quantity: -1 }],
    });
  });

  it('refuses to take back goods that have left since', async () => {
    await json('adjust', 'CUP', '--to', '0');
    await json('in', 'CUP', '5', '--request-id', 'in-left');
    await json('out', 'CUP', '2');
    const result = await run('undo', 'in-left');
    expect(result.exitCode).toBe(3);
    expect(JSON.parse(result.stderr)).toMatchObject({
      error: { code: 'INSUFFICIENT_STOCK', wanted: 5, available: 3 },
    });
    expect(await levels('CUP')).toMatchObject({ MAIN: 3 });
  });

  it('keeps the reference and shows what a dry run would book', async () => {
    await json('in', 'MUG', '6', '--ref', 'PO-7', '--request-id', 'in-7');
    const before = await postingCount();
    expect(await json('undo', 'in-7', '-n')).toMatchObject({ dry_run: true });
    expect(await postingCount()).toBe(before);
    await json('undo', 'in-7');
    const [row] = await inv.database.sql(
      "SELECT COUNT(*) AS n FROM postings WHERE reference = 'PO-7'",
    );
    expect(Number(row?.['n'])).toBe(2);
  });

  it.each(['conditional', 'pessimistic', 'optimistic'])(
    'books one of twenty parallel undos by %s',
    async (strategy) => {
      await json('adjust', 'MUG', '--to', '100');
      await json('in', 'MUG', '8', '--request-id', `raced-${strategy}`);
      const results = await Promise.all(
        Array.from({ length: 20 }, () =>
          inv.run(['stock', 'undo', `raced-${strategy}`, '--strategy', strategy]),
        ),
      );
      const codes = results.map((result) => result.exitCode).sort((a, b) => a - b);
      expect(codes).toEqual([0, ...Array<number>(19).fill(3)]);
      expect(await levels('MUG')).toMatchObject({ MAIN: 100 });
    },
  );
});
