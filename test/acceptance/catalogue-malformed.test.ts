import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
  await inv.json(['product', 'add', 'A', '--name', 'Plain']);
  await inv.json(['supplier', 'add', 'S', '--name', 'Plain']);
});
afterAll(() => inv.close());

const SQL = "x'; DROP TABLE products; --";
const HUGE = 'A'.repeat(10_000);
const CODES = ['', ' ', SQL, HUGE, '=1+1', 'A\u202eB', 'A\u001b[31m', 'ÄÖ', '-x', 'A B'];
const NUMBERS = ['0x10', '1e3', '1.5', ' 5 ', '-1', 'NaN', '', '1000000000001'];
const AMOUNTS = ['0x10', '1e3', '1,5', ' 5 ', '-1', 'NaN', '', '1.00001'];

/** Verbs with one place each for a bad word. */
const PLACES: readonly [
  what: string,
  words: (bad: string) => readonly string[],
  bad: readonly string[],
][] = [
  ['product add SKU', (bad) => ['product', 'add', '--name', 'x', '--', bad], CODES],
  [
    'product add --supplier',
    (bad) => ['product', 'add', 'N', '--name', 'x', `--supplier=${bad}`],
    CODES,
  ],
  [
    'product add --min-level',
    (bad) => ['product', 'add', 'N', '--name', 'x', `--min-level=${bad}`],
    NUMBERS,
  ],
  ['product add --cost', (bad) => ['product', 'add', 'N', '--name', 'x', `--cost=${bad}`], AMOUNTS],
  [
    'product edit --safety-stock',
    (bad) => ['product', 'edit', 'A', `--safety-stock=${bad}`],
    NUMBERS,
  ],
  ['product edit --name', (bad) => ['product', 'edit', 'A', `--name=${bad}`], ['', ' ', HUGE]],
  [
    'product barcode add CODE',
    (bad) => ['product', 'barcode', 'add', 'A', '--', bad],
    ['', HUGE, 'a b', 'a\u001b'],
  ],
  [
    'product barcode add --units',
    (bad) => ['product', 'barcode', 'add', 'A', 'x', `--units=${bad}`],
    ['0', ...NUMBERS],
  ],
  ['product show', (bad) => ['product', 'show', '--', bad], ['', ' ', HUGE, SQL, 'A\u202eB']],
  [
    'product list --limit',
    (bad) => ['product', 'list', `--limit=${bad}`],
    ['0', ...NUMBERS.slice(0, 7)],
  ],
  ['supplier add CODE', (bad) => ['supplier', 'add', '--name', 'x', '--', bad], CODES],
  [
    'supplier add --lead-days',
    (bad) => ['supplier', 'add', 'N', '--name', 'x', `--lead-days=${bad}`],
    ['3651', ...NUMBERS],
  ],
  [
    'supplier link --minimum-order',
    (bad) => ['supplier', 'link', 'S', 'A', `--minimum-order=${bad}`],
    ['0', ...NUMBERS],
  ],
  ['location add CODE', (bad) => ['location', 'add', '--', bad], CODES],
];

test.each(PLACES)('%s refuses malformed words and touches nothing', async (_, words, bad) => {
  const before = await fingerprint();
  for (const word of bad) {
    const { exitCode, stdout, stderr } = await inv.inside(['--json', ...words(word)]);
    expect([word, exitCode, stdout]).toEqual([word, 2, '']);
    expect([stderr.includes('\u001b'), stderr.includes('\u202e')]).toEqual([false, false]);
    expect(stderr.length).toBeLessThan(2_000);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'INVALID_INPUT' } });
  }
  expect(await fingerprint()).toEqual(before);
});

test('text for people is stored exactly, and shown escaped', async () => {
  const name = `=1+1 ${SQL} "q"\n\u001b[31m\u202e\u200b 中文 \\`;
  const sku = 'NASTY';
  await inv.json(['product', 'add', sku, '--name', name, '--unit', '=A1\u001b']);
  expect(await inv.json(['product', 'show', sku])).toMatchObject({ name, unit: '=A1\u001b' });
  const supplier = ['--contact', name, '--phone', '+1 \u001b', '--email', '@x\u202e'];
  await inv.json(['supplier', 'add', sku, '--name', name, ...supplier]);
  expect(await inv.json(['supplier', 'show', sku])).toMatchObject({ name, contact: name });
  await inv.json(['location', 'add', sku, '--name', name]);
  for (const kind of ['product', 'supplier', 'location']) {
    for (const format of ['table', 'tsv', 'json', 'ndjson']) {
      const { exitCode, stdout } = await inv.run([kind, 'list', '--format', format]);
      expect([exitCode, stdout.includes('\u001b'), stdout.includes('\u202e')]).toEqual([
        0,
        false,
        false,
      ]);
    }
  }
  const csv = (await inv.run(['product', 'export'])).stdout;
  expect(csv).toContain(`"'=1+1 `);
  expect((await inv.run(['product', 'list', '--search', SQL])).exitCode).toBe(0);
});

/** Tables and their rows, as far as a refused command could have changed them. */
async function fingerprint(): Promise<unknown> {
  const counts = await inv.database.sql(
    `SELECT (SELECT COUNT(*) FROM products) AS products, (SELECT SUM(version) FROM products) AS versions,
            (SELECT COUNT(*) FROM suppliers) AS suppliers, (SELECT COUNT(*) FROM locations) AS locations,
            (SELECT COUNT(*) FROM barcodes) AS barcodes, (SELECT COUNT(*) FROM product_suppliers) AS links`,
  );
  return counts[0];
}
