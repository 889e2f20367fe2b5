import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertLocations, insertProducts, insertSuppliers } from '../support/catalogue-rows.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  const { database } = inv;
  await insertProducts(database, [
    { sku: 'A-MUG', name: '红色马克杯', minLevel: 20, cost: '2' },
    { sku: 'B-CUP', name: 'Blue 100% cup', minLevel: 5, cost: '0.10' },
    { sku: 'C-NEW', name: 'New', minLevel: 3 },
    { sku: 'D-OLD', name: 'Old', minLevel: 9, status: 'archived' },
    { sku: 'E-ZERO', name: 'Zero\u001B[31m' },
  ]);
  await insertLocations(database, [{ code: 'BAY-7' }]);
  await insertSuppliers(database, [
    { code: 'ACME', leadDays: 9 },
    { code: 'BEST' },
    { code: 'GONE', status: 'archived' },
  ]);
  await link('A-MUG', 'BEST', "'B-1', 0.9, 3, 50");
  await link('A-MUG', 'ACME', "'AC-1', 1.25, NULL, NULL");
  await link('A-MUG', 'GONE', "'G-1', 0.01, NULL, NULL");
  await database.sql(`UPDATE product_suppliers SET preferred = 1 WHERE supplier_sku = 'AC-1'`);
  await link('B-CUP', 'BEST', 'NULL, NULL, NULL, 144');
  for (const args of STORY) await inv.json(['stock', ...args]);
});
afterAll(() => inv.close());

const PRODUCTS: ReadonlyMap<string, readonly [string, number]> = new Map([
  ['A-MUG', ['红色马克杯', 20]],
  ['B-CUP', ['Blue 100% cup', 5]],
  ['E-ZERO', ['Zero\u001B[31m', 0]],
]);

const STORY: readonly (readonly string[])[] = [
  [
    'in',
    'A-MUG',
    '12',
    '--supplier',
    'ACME',
    '--ref',
    'PO-1',
    '--cost',
    '1.25',
    '--request-id',
    'r-in',
  ],
  ['in', 'B-CUP', '4', '--location', 'BAY-7', '--actor', 'ann'],
  ['move', 'A-MUG', '2', '--to', 'BAY-7', '--request-id', 'r-move'],
  ['out', 'A-MUG', '1', '--ref', 'SO-1', '--request-id', 'r-out'],
  ['adjust', 'A-MUG', '-3', '--reason', 'broken', '--request-id', 'r-adjust'],
  ['in', 'E-ZERO', '1'],
  ['out', 'E-ZERO', '1'],
];

function link(sku: string, supplier: string, values: string): Promise<unknown> {
  return inv.database.sql(
    `INSERT INTO product_suppliers (product_id, supplier_id, supplier_sku, cost, lead_days, minimum_order,
                                    created_at, updated_at, actor, host, source, request_id)
     SELECT p.id, s.id, ${values}, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'a', 'h', 's', 'r'
       FROM products p JOIN suppliers s WHERE p.sku = ? AND s.code = ?`,
    [sku, supplier],
  );
}

const stock = (...args: string[]) => inv.json(['stock', ...args]);

async function tsv(...args: string[]): Promise<string[][]> {
  const { stdout } = await inv.run(['stock', ...args]);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
}

it.each([
  [2, ['list', '--limit', '-1']],
  [2, ['list', '--limit', '1e3']],
  [2, ['list', '--below', '-1']],
  [2, ['list', '--location', 'x y']],
  [2, ['list', '--search', '']],
  [2, ['list', '--search', 'LONG']],
  [2, ['list', '--after', "' OR 1=1"]],
  [2, ['list', '--after', 'A@B@C']],
  [4, ['list', '--location', 'BAY-8']],
  [2, ['low', '--location', '']],
  [4, ['low', '--location', 'BAY-8']],
  [2, ['history', '--since', 'yesterday']],
  [2, ['history', '--until', '2010-02-30']],
  [2, ['history', '--as-of', '2h']],
  [2, ['history', '--limit', '-1']],
  [2, ['history', '--before', '0']],
  [2, ['history', '--before', '1e3']],
  [2, ['history', '--kind', 'theft']],
  [2, ['history', '--reference', '']],
  [2, ['history', '--request-id', 'a b']],
  [2, ['history', 'LONG']],
  [4, ['history', 'A-MUGG']],
  [4, ['history', '--supplier', 'NOBODY']],
  [2, ['why']],
  [2, ['why', 'a\u0007b']],
  [2, ['why', 'LONG']],
  [2, ['why', '\u202E']],
  [4, ['why', 'A-MUGG']],
] as const)('exits %d for %j', async (exitCode, args) => {
  const words = args.map((word) => (word === 'LONG' ? 'M'.repeat(10_000) : word));
  const result = await inv.inside(['stock', ...words, '--json']);
  expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
  expect(result.stderr.length).toBeLessThan(2_000);
});

describe('stock list', () => {
  const mugBay = row('A-MUG', 'BAY-7', 2);
  const mugMain = row('A-MUG', 'MAIN', 6);
  const cup = row('B-CUP', 'BAY-7', 4);
  const zero = row('E-ZERO', 'MAIN', 0);

  it.each([
    [[], [mugBay, mugMain, cup]],
    [['--all'], [mugBay, mugMain, cup, zero]],
    [
      ['--location', 'bay-7'],
      [mugBay, cup],
    ],
    [
      ['--search', 'mug'],
      [mugBay, mugMain],
    ],
    [
      ['--search', '马克'],
      [mugBay, mugMain],
    ],
    [['--search', 'BLUE 100%'], [cup]],
    [['--search', '%'], [cup]],
    [['--search', '_'], []],
    [
      ['--below', '5'],
      [mugBay, cup, zero],
    ],
    [['--limit', '1'], [mugBay]],
    [
      ['--limit', '0'],
      [mugBay, mugMain, cup],
    ],
    [['--after', 'A-MUG'], [cup]],
    [
      ['--after', 'a-mug@bay-7'],
      [mugMain, cup],
    ],
    [['--after', 'A-MUG@BAY-7', '--limit', '1'], [mugMain]],
    [['--after', 'ZZZ'], []],
  ] as const)('%j', async (args, expected) => {
    expect(await stock('list', ...args)).toEqual(expected);
  });
  it('is TSV in a pipe, with control characters made visible', async () => {
    expect(await tsv('list', '--all', '--after', 'B-CUP')).toEqual([
      ['sku', 'name', 'location', 'on_hand', 'reserved', 'available', 'min_level'],
      ['E-ZERO', 'Zero␛[31m', 'MAIN', '0', '0', '0', '0'],
    ]);
  });

  function row(sku: string, location: string, units: number): object {
    const [name, minimum] = PRODUCTS.get(sku) ?? [];
    const stock = { location, on_hand: units, reserved: 0, available: units };
    return { sku, name, ...stock, min_level: minimum };
  }
});

describe('stock low', () => {
  it('lists what is below its minimum, with the supplier and what to order', async () => {
    expect(await stock('low')).toEqual([
      {
        sku: 'A-MUG',
        name: '红色马克杯',
        available: 8,
        min_level: 20,
        missing: 12,
        supplier: 'ACME',
        supplier_sku: 'AC-1',
        cost: '1.25',
        lead_days: 9,
        minimum_order: null,
        order_quantity: 12,
        order_value: '15.00',
      },
      {
        sku: 'B-CUP',
        name: 'Blue 100% cup',
        available: 4,
        min_level: 5,
        missing: 1,
        supplier: 'BEST',
        supplier_sku: null,
        cost: '0.10',
        lead_days: null,
        minimum_order: 144,
        order_quantity: 144,
        order_value: '14.40',
      },
      {
        sku: 'C-NEW',
        name: 'New',
        available: 0,
        min_level: 3,
        missing: 3,
        supplier: null,
        supplier_sku: null,
        cost: null,
        lead_days: null,
        minimum_order: null,
        order_quantity: 3,
        order_value: null,
      },
    ]);
  });
  it('compares with one location when told to', async () => {
    const low = (await stock('low', '--location', 'MAIN')) as { sku: string; available: number }[];
    expect(low.map(({ sku, available }) => [sku, available])).toEqual([
      ['A-MUG', 6],
      ['B-CUP', 0],
      ['C-NEW', 0],
    ]);
  });
});

describe('stock history', () => {
  const kinds = async (...args: string[]): Promise<string[]> =>
    ((await stock('history', ...args)) as { kind: string; quantity: number }[]).map(
      ({ kind, quantity }) => `${kind} ${String(quantity)}`,
    );

  it('shows each movement with every field', async () => {
    expect(await stock('history', '--request-id', 'r-in')).toEqual([
      {
        movement_id: expect.any(Number),
        posting_id: expect.any(Number),
        request_id: 'r-in',
        kind: 'in',
        sku: 'A-MUG',
        location: 'MAIN',
        quantity: 12,
        on_hand_after: 12,
        actor: 'tester',
        reference: 'PO-1',
        reason: null,
        supplier: 'ACME',
        occurred_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        posted_at: expect.any(String),
        unit_cost: '1.25',
      },
    ]);
    expect((await tsv('history', '--limit', '1'))[0]).toEqual(
      (
        'movement_id posting_id request_id kind sku location quantity on_hand_after actor ' +
        'reference reason supplier occurred_at posted_at unit_cost'
      ).split(' '),
    );
  });

  it.each([
    [[], ['out -1', 'in 1', 'adjust -3', 'out -1', 'move 2', 'move -2', 'in 4', 'in 12']],
    [['a-mug'], ['adjust -3', 'out -1', 'move 2', 'move -2', 'in 12']],
    [
      ['A-MUG', '--limit', '2'],
      ['adjust -3', 'out -1'],
    ],
    [['A-MUG', '--location', 'BAY-7'], ['move 2']],
    [
      ['--location', 'BAY-7'],
      ['move 2', 'in 4'],
    ],
    [['--kind', 'adjust'], ['adjust -3']],
    [['--actor', 'ann'], ['in 4']],
    [['--reference', 'SO-1'], ['out -1']],
    [['--supplier', 'acme'], ['in 12']],
    [
      ['--request-id', 'r-move'],
      ['move 2', 'move -2'],
    ],
    [['--request-id', 'nobody'], []],
    [['B-CUP', '--request-id', 'r-move'], []],
    [['--since', '1h', '--kind', 'adjust'], ['adjust -3']],
    [['--until', '2010-01-01'], []],
    [['--since', '2100-01-01'], []],
    [
      ['--limit', '0', 'E-ZERO'],
      ['out -1', 'in 1'],
    ],
  ] as const)('%j', async (args, expected) => {
    expect(await kinds(...args)).toEqual(expected);
  });
  it('goes on below a movement', async () => {
    const [first] = (await stock('history', 'A-MUG', '--limit', '1')) as { movement_id: number }[];
    expect(await kinds('A-MUG', '--limit', '1', '--before', String(first?.movement_id))).toEqual([
      'out -1',
    ]);
  });

  it('shows the books as they stood, by when movements occurred', async () => {
    const [move] = (await stock('history', '--request-id', 'r-move')) as { occurred_at: string }[];
    const moment = move?.occurred_at ?? '';
    expect(await kinds('A-MUG', '--as-of', moment)).toEqual(['move 2', 'move -2', 'in 12']);
    expect(await stock('show', 'A-MUG', '--as-of', moment)).toMatchObject({
      as_of: moment,
      on_hand: 12,
      reserved: null,
      available: null,
      locations: [
        { location: 'BAY-7', on_hand: 2 },
        { location: 'MAIN', on_hand: 10 },
      ],
    });
    expect(await stock('show', 'A-MUG', '--as-of', '2010-01-01')).toMatchObject({
      on_hand: 0,
      locations: [],
    });
    const { stderr } = await inv.run(['stock', 'history', 'A-MUG', '--as-of', moment]);
    expect(stderr).toBe(
      `on hand as of ${moment.slice(0, 19).replace('T', ' ')} UTC: 12 (BAY-7 2, MAIN 10)\n`,
    );
  });
});

describe('stock why', () => {
  it('compares the books with the ledger and tells what happened', async () => {
    const document = (await stock('why', 'A-MUG')) as Record<string, unknown>;
    expect(document).toMatchObject({
      sku: 'A-MUG',
      on_hand: 8,
      reserved: 0,
      available: 8,
      movements: 5,
      ledger_sum: 8,
      agrees: true,
      locations: [
        { location: 'BAY-7', on_hand: 2, reserved: 0, available: 2, ledger_sum: 2, agrees: true },
        { location: 'MAIN', on_hand: 6, reserved: 0, available: 6, ledger_sum: 6, agrees: true },
      ],
      first_movement: { request_id: 'r-in' },
      last_adjustment: { request_id: 'r-adjust', reason: 'broken' },
    });
    expect(document['last_movements']).toEqual(await stock('history', 'A-MUG'));
    expect(await stock('why', 'C-NEW')).toMatchObject({
      on_hand: 0,
      ledger_sum: 0,
      agrees: true,
      locations: [],
      first_movement: null,
      last_adjustment: null,
      last_movements: [],
    });
  });

  it('says it in sentences', async () => {
    const { stdout } = await inv.run(['stock', 'why', 'A-MUG', '--format', 'table']);
    const moment = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g;
    expect(stdout.replace(moment, 'T').split('\n')).toEqual([
      'A-MUG  红色马克杯',
      '8 units are on hand, none reserved: 8 available.',
      '  BAY-7: 2 on hand',
      '  MAIN: 6 on hand',
      'It has 5 movements, the first of T, the last of T UTC.',
      '✓ They add up to 8, which is what the books say.',
      'It was last adjusted by: T  adjust -3 at MAIN by tester: 6 on hand (broken)',
      'Last movements:',
      '  T  adjust -3 at MAIN by tester: 6 on hand (broken)',
      '  T  out -1 at MAIN by tester: 9 on hand (SO-1)',
      '  T  move +2 at BAY-7 by tester: 2 on hand',
      '  T  move -2 at MAIN by tester: 10 on hand',
      '  T  in +12 at MAIN by tester: 12 on hand (PO-1)',
      '',
    ]);
  });

  it('says where books and ledger differ', async () => {
    await insertProducts(inv.database, [{ sku: 'Z-HURT', status: 'archived' }]);
    await inv.database.sql(
      `INSERT INTO stock (product_id, location_id, on_hand)
       SELECT p.id, l.id, 7 FROM products p JOIN locations l WHERE p.sku = 'Z-HURT' AND l.code = 'MAIN'`,
    );
    expect(await stock('why', 'Z-HURT')).toMatchObject({
      on_hand: 7,
      ledger_sum: 0,
      agrees: false,
      locations: [{ location: 'MAIN', on_hand: 7, ledger_sum: 0, agrees: false }],
    });
    const { stdout } = await inv.run(['stock', 'why', 'Z-HURT', '--format', 'table']);
    expect(stdout).toContain(
      '✗ MAIN: the movements add up to 0, the stock row says 7. Run: inv reconcile',
    );
    await inv.database.sql(
      "DELETE s FROM stock s JOIN products p ON p.id = s.product_id WHERE p.sku = 'Z-HURT'",
    );
  });
});
