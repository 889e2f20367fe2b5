import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

let inv: Installation;
let other: Installation;
beforeAll(async () => {
  [inv, other] = await Promise.all([createInstallation(), createInstallation()]);
});
afterAll(() => Promise.all([inv.close(), other.close()]));

describe('a file that is refused', () => {
  test.each([
    ['is not there', undefined],
    ['is empty', ''],
    ['has no name column', 'sku,label\nA,x\n'],
    ['is no text', Buffer.from([0x73, 0xff, 0xfe, 0x00, 0x0a])],
  ])('because it %s touches nothing', async (name, content) => {
    const path = join(inv.folder, `${name.replaceAll(' ', '-')}.csv`);
    if (content !== undefined) await writeFile(path, content);
    const { exitCode, stdout, stderr } = await inv.run(['product', 'import', path, '--json']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'INVALID_INPUT' } });
  });

  test('because every line is bad lists them all in its error', async () => {
    const input = 'sku,name,cost\nA B,x,1\nC,,2\nD,x,1e3\n';
    const { exitCode, stdout, stderr } = await inv.run(['product', 'import', '-', '--json'], {
      input,
    });
    expect([exitCode, stdout]).toEqual([2, '']);
    const { error } = JSON.parse(stderr) as { error: { errors: { line: number }[] } };
    expect(error).toMatchObject({ code: 'INVALID_INPUT', lines: 3, applied: 0, failed: 3 });
    expect(error.errors.map(({ line }) => line)).toEqual([2, 3, 4]);
  });

  test('atomic, for one bad line, whatever is wrong with it', async () => {
    const input = 'sku,name,supplier\nA1,x,\nA2,x,NONE\n';
    const args = ['product', 'import', '-', '--atomic', '--json'];
    const { exitCode, stderr } = await inv.run(args, { input });
    expect([exitCode, JSON.parse(stderr)]).toMatchObject([4, { error: { applied: 0, failed: 1 } }]);
    expect(await inv.json(['product', 'list', '--search', 'A1'])).toEqual([]);
  });
});

test('the good lines of a file are applied, the bad ones listed, kept, mended and fed back', async () => {
  const csv = join(inv.folder, 'products.csv');
  const rejects = join(inv.folder, 'rejected.csv');
  await writeFile(
    csv,
    '\uFEFFCode;Text;Price;Extra\r\nmug-1;"Mug; red";1.25;e\r\nmug-2;;1;e\r\nmug-3;Cup;1,50;e\r\nMUG-1;Other;2;e\r\n',
  );
  const map = ['--map', 'sku=Code', '--map', 'name=Text', '--map', 'cost=Price'];
  const args = ['product', 'import', csv, ...map, '--errors', rejects];
  const first = await inv.run([...args, '--json']);
  expect(first.exitCode).toBe(10);
  const document = JSON.parse(first.stdout) as Record<string, unknown>;
  expect(document).toMatchObject({
    file_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    lines: 4,
    applied: 1,
    replayed: 1,
    failed: 2,
    errors: [
      { line: 3, code: 'INVALID_INPUT', sku: 'mug-2' },
      { line: 4, code: 'INVALID_INPUT', sku: 'mug-3' },
    ],
    merged: [{ sku: 'MUG-1', lines: [2, 5], spellings: ['mug-1', 'MUG-1'] }],
  });
  const again = await inv.run([...args, '--json']);
  expect(JSON.parse(again.stdout)).toMatchObject({ applied: 0, replayed: 2, failed: 2 });
  const kept = await readFile(rejects, 'utf8');
  expect(kept.split('\n').slice(0, 2)).toEqual([
    'line,error,Code,Text,Price,Extra',
    expect.stringMatching(/^3,.*,mug-2,,1,e$/),
  ]);
  await writeFile(
    rejects,
    kept.replace('mug-2,,', 'mug-2,Mended,').replace('Cup,"1,50"', 'Cup,1.50'),
  );
  const mended = await inv.run(['product', 'import', rejects, ...map, '--json']);
  expect([mended.exitCode, JSON.parse(mended.stdout)]).toMatchObject([
    0,
    { applied: 2, failed: 0 },
  ]);
  const mugs = ['product', 'list', '--search', 'mug-', '--fields', 'sku,name,cost'];
  expect(await inv.json(mugs)).toEqual([
    { sku: 'MUG-1', name: 'Mug; red', cost: '1.25' },
    { sku: 'MUG-2', name: 'Mended', cost: '1.00' },
    { sku: 'MUG-3', name: 'Cup', cost: '1.50' },
  ]);
  const inWords = await inv.run(args);
  expect(inWords.exitCode).toBe(10);
  expect(inWords.stderr).toContain('lines 2 and 5 are one: mug-1, MUG-1');
  expect(inWords.stderr).toContain('line 3: mug-2: name: is empty');
});

test('an export is imported elsewhere as it was, and here it changes nothing', async () => {
  const name = '=1+1 "q", \'s\'\n\u001b[31m\u202e 中文 \\ 😀';
  await inv.json([
    'supplier',
    'add',
    's-1',
    '--name',
    name,
    '--phone',
    '+49 1',
    '--lead-days',
    '0',
  ]);
  const nasty = ['product', 'add', 'nasty', '--name', name, '--unit', '@', '--supplier', 's-1'];
  await inv.json([...nasty, '--barcode', 'a;b\\c', '--barcode', 'box=12', '--barcode', 'p=3=1']);
  await inv.json(['product', 'add', 'guarded', '--name', "'=x ", '--cost', '0.0001']);
  const suppliers = join(inv.folder, 'suppliers.csv');
  const products = join(inv.folder, 'all-products.csv');
  await inv.run(['supplier', 'export', '--output', suppliers]);
  await inv.run(['product', 'export', '--output', products]);
  expect((await readFile(products, 'utf8')).split('\n')[0]).toBe(
    'sku,name,unit,barcode,min_level,safety_stock,cost,supplier',
  );
  for (const where of [inv, other]) {
    await where.json(['supplier', 'import', suppliers]);
    await where.json(['product', 'import', products]);
  }
  expect(await inv.json(['product', 'import', products])).toMatchObject({ applied: 0, failed: 0 });
  for (const kind of ['supplier', 'product']) {
    const [here, there] = await Promise.all([inv, other].map((one) => one.run([kind, 'export'])));
    expect(there?.stdout).toBe(here?.stdout);
    expect(here?.stdout).toContain('中文');
  }
  const ndjson = await inv.run(['product', 'export', '--format', 'ndjson']);
  const read = await other.json(['product', 'import', '-'], { input: ndjson.stdout });
  const lines = ndjson.stdout.split('\n').length - 1;
  expect(read).toMatchObject({ lines, applied: 0, failed: 0, replayed: lines });
});

test('an import cut off half way is finished by the next', async () => {
  const fresh = await createInstallation();
  const rows = Array.from({ length: 20_000 }, (_, at) => `K-${String(at)},Name ${String(at)}`);
  const path = join(fresh.folder, 'many.csv');
  await writeFile(path, `sku,name\n${rows.join('\n')}\n`);
  const cut = await fresh.run(['product', 'import', path, '--timeout', '1200ms', '--json']);
  expect([0, 69, 75]).toContain(cut.exitCode);
  const [row] = await fresh.database.sql('SELECT COUNT(*) AS done FROM products');
  const done = Number(row?.['done']);
  const next = await fresh.json(['product', 'import', path]);
  expect(next).toMatchObject({ lines: 20_000, applied: 20_000 - done, replayed: done, failed: 0 });
  expect(await fresh.json(['product', 'import', path])).toMatchObject({ applied: 0 });
  const [stock] = await fresh.database.sql('SELECT COUNT(*) AS count FROM stock');
  expect(stock?.['count']).toBe(20_000);
  await fresh.close();
});
