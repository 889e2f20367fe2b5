import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
});
afterAll(() => inv.close());

/** Exit code and the error of a command that fails with --json; its stdout must be empty. */
async function failure(args: readonly string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await inv.run([...args, '--json']);
  expect(stdout).toBe('');
  const { error } = JSON.parse(stderr) as { error: Record<string, unknown> };
  return { exitCode, ...error };
}

describe('a product', () => {
  test('is added once by one request id, shown, listed, edited and archived', async () => {
    const add = ['product', 'add', 'mug-red', '--name', 'Red mug', '--barcode', '4006381333931'];
    const first = await inv.json([...add, '--min-level', '20', '--request-id', 'p-1']);
    expect(first).toMatchObject({ request_id: 'p-1', replayed: false, sku: 'MUG-RED', version: 1 });
    const again = await inv.json([...add, '--min-level', '20', '--request-id', 'p-1']);
    expect(again).toEqual({ ...(first as object), replayed: true });
    expect(await failure([...add, '--request-id', 'p-1'])).toMatchObject({
      exitCode: 5,
      code: 'REQUEST_CONFLICT',
    });
    expect(await failure(add)).toMatchObject({
      exitCode: 3,
      code: 'ALREADY_EXISTS',
      existing: { sku: 'MUG-RED', name: 'Red mug', min_level: 20 },
      request_id: expect.any(String),
    });
    expect(await inv.json(['product', 'list', '--search', 'mug-r'])).toEqual([
      {
        sku: 'MUG-RED',
        name: 'Red mug',
        unit: 'pcs',
        status: 'active',
        min_level: 20,
        safety_stock: 0,
        cost: null,
        barcodes: ['4006381333931'],
        packs: [],
        supplier: null,
        version: 1,
        created_at: expect.stringMatching(/Z$/),
        updated_at: expect.stringMatching(/Z$/),
      },
    ]);
    const edited = await inv.json([
      'product',
      'edit',
      '4006381333931',
      '--name',
      'Mug',
      '--cost',
      '2',
    ]);
    expect(edited).toMatchObject({
      changed: true,
      name: 'Mug',
      cost: '2.00',
      version: 2,
      before: { name: 'Red mug', cost: null, version: 1 },
    });
    expect(await inv.json(['product', 'edit', 'mug-red', '--name', 'Mug'])).toMatchObject({
      changed: false,
      version: 2,
    });
    expect(
      await failure(['product', 'edit', 'mug-red', '--name', 'X', '--if-version', '1']),
    ).toMatchObject({ exitCode: 5, code: 'VERSION_CONFLICT', version: 2 });
    await inv.json(['stock', 'in', 'mug-red', '3']);
    expect(await failure(['product', 'archive', 'mug-red'])).toMatchObject({
      exitCode: 3,
      code: 'REFUSED',
      on_hand: 3,
      reserved: 0,
      hint: 'inv stock out MUG-RED 3 --location MAIN',
    });
    await inv.json(['stock', 'out', 'mug-red', '3']);
    expect(await inv.json(['product', 'archive', 'mug-red'])).toMatchObject({ status: 'archived' });
    expect(await inv.json(['product', 'list', '--search', 'mug-r'])).toEqual([]);
    expect(await failure(['stock', 'in', 'mug-red', '1'])).toMatchObject({ code: 'ARCHIVED' });
    expect(await inv.json(['product', 'archive', 'mug-red', '--undo'])).toMatchObject({
      status: 'active',
    });
  });

  test('that does not exist is not guessed', async () => {
    await inv.json(['product', 'add', 'kettle-xl', '--name', 'Kettle']);
    expect(await failure(['product', 'show', 'kettle-xk'])).toMatchObject({
      exitCode: 4,
      code: 'NOT_FOUND',
      did_you_mean: ['KETTLE-XL'],
    });
    expect(await failure(['product', 'edit', 'kettle-xk', '--name', 'x'])).toMatchObject({
      exitCode: 4,
    });
    expect(
      await failure(['product', 'add', 'X', '--name', 'x', '--supplier', 'none']),
    ).toMatchObject({ exitCode: 4, supplier: 'NONE' });
  });

  test('is scanned by the pack; a code has one meaning', async () => {
    await inv.json(['product', 'add', 'spoon', '--name', 'Spoon']);
    expect(
      await inv.json(['product', 'barcode', 'add', 'spoon', 'PACK', '--units', '12']),
    ).toMatchObject({ replayed: false, sku: 'SPOON', code: 'PACK', units_per_scan: 12 });
    expect(await failure(['product', 'add', 'pack', '--name', 'x'])).toMatchObject({
      exitCode: 3,
      code: 'ALREADY_EXISTS',
      taken_by: 'SPOON',
    });
    expect(
      await failure(['product', 'add', 'y', '--name', 'x', '--barcode', 'Spoon']),
    ).toMatchObject({ exitCode: 3, taken_by: 'SPOON' });
    await inv.json(['product', 'barcode', 'remove', 'PACK']);
    expect(await failure(['product', 'barcode', 'remove', 'PACK'])).toMatchObject({ exitCode: 4 });
  });

  test('is not made by a dry run', async () => {
    expect(await inv.json(['product', 'add', 'dry', '--name', 'x', '--dry-run'])).toMatchObject({
      sku: 'DRY',
      dry_run: true,
    });
    expect((await inv.run(['product', 'show', 'dry'])).exitCode).toBe(4);
  });
});

test('a supplier sells products on terms, and is archived', async () => {
  await inv.json(['supplier', 'add', 'acme', '--name', 'ACME 中文', '--lead-days', '7']);
  await inv.json(['product', 'add', 'cup', '--name', 'Cup', '--supplier', 'acme']);
  const link = ['supplier', 'link', 'acme', 'cup', '--cost', '0.8', '--supplier-sku', 'A/1'];
  expect(await inv.json(link)).toMatchObject({
    changed: true,
    supplier: 'ACME',
    sku: 'CUP',
    cost: '0.80',
    preferred: true,
    before: { cost: null, preferred: true },
  });
  expect(await inv.json(['product', 'show', 'cup'])).toMatchObject({
    suppliers: [{ code: 'ACME', supplier_sku: 'A/1', cost: '0.80', preferred: true }],
    locations: [{ location: 'MAIN', on_hand: 0, reserved: 0, available: 0 }],
  });
  expect(await inv.json(['product', 'list', '--supplier', 'acme'])).toMatchObject([{ sku: 'CUP' }]);
  expect(await inv.json(['supplier', 'edit', 'acme', '--no-lead-days'])).toMatchObject({
    lead_days: null,
    before: { lead_days: 7 },
  });
  const archived = await inv.run(['supplier', 'archive', 'acme', '--json']);
  expect(JSON.parse(archived.stdout)).toMatchObject({ status: 'archived', products_preferring: 1 });
  expect(archived.stderr).toBe(
    '! warning: 1 product prefers this supplier still; to see them: inv product list --supplier ACME\n',
  );
  const received = await inv.run(['stock', 'in', 'cup', '1', '--supplier', 'acme', '--json']);
  expect([received.exitCode, received.stderr]).toEqual([
    0,
    '! warning: supplier ACME is archived; the goods are booked all the same\n',
  ]);
  expect(await failure(link)).toMatchObject({ exitCode: 3, code: 'ARCHIVED' });
  expect(await inv.json(['supplier', 'list', '--status', 'archived'])).toMatchObject([
    { code: 'ACME', name: 'ACME 中文' },
  ]);
  await inv.json(['supplier', 'unlink', 'acme', 'cup']);
  expect(await failure(['supplier', 'unlink', 'acme', 'cup'])).toMatchObject({ exitCode: 4 });
});

test('a location is added, renamed and archived; the first one stays', async () => {
  await inv.json(['location', 'add', 'shelf-1', '--name', 'Shelf']);
  expect(await failure(['location', 'add', 'shelf-1'])).toMatchObject({ exitCode: 3 });
  expect(await inv.json(['location', 'edit', 'shelf-1', '--name', 'Shelf one'])).toMatchObject({
    name: 'Shelf one',
    before: { name: 'Shelf' },
  });
  await inv.json(['product', 'add', 'box', '--name', 'Box']);
  await inv.json(['stock', 'in', 'box', '2', '--location', 'shelf-1']);
  expect(await failure(['location', 'archive', 'shelf-1'])).toMatchObject({
    exitCode: 3,
    on_hand: 2,
    products: 1,
  });
  await inv.json(['stock', 'out', 'box', '2', '--location', 'shelf-1']);
  expect(await inv.json(['location', 'archive', 'shelf-1'])).toMatchObject({ status: 'archived' });
  expect(await failure(['location', 'archive', 'main'])).toMatchObject({
    code: 'REFUSED',
    hint: 'inv config show stock.location',
  });
  expect(await inv.json(['config', 'show', 'stock.location'])).toMatchObject([{ value: 'MAIN' }]);
  expect(await inv.json(['location', 'list'])).toMatchObject([{ code: 'MAIN' }]);
});

test('every write leaves its actor, source and request id in the rows', async () => {
  const sign = ['--request-id', 'sign-1', '--actor', 'Ms. Grün'];
  await inv.json(['product', 'add', 'signed', '--name', 'x', '--barcode', 'sx', ...sign]);
  for (const table of ['products', 'barcodes']) {
    const rows = await inv.database.sql(
      `SELECT actor, source FROM ${table} WHERE request_id = 'sign-1'`,
    );
    expect(rows).toEqual([{ actor: 'Ms. Grün', source: 'cli' }]);
  }
});

test('without --json a pipe gets rows of tabs, and a search that finds nothing is no error', async () => {
  await inv.json(['product', 'add', 'jug', '--name', 'Jug']);
  const { stdout } = await inv.run(['product', 'list', '--search', 'JUG', '--fields', 'sku,name']);
  expect(stdout).toBe('sku\tname\nJUG\tJug\n');
  const nothing = await inv.run(['product', 'list', '--search', 'no such thing']);
  expect([nothing.exitCode, nothing.stdout.split('\n').length]).toEqual([0, 2]);
});
