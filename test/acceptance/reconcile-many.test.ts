import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';

/** More differences than one run can keep or look at. */

vi.setConfig({ testTimeout: 120_000 });

let inv: Installation;
beforeEach(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [{ sku: 'MUG' }]);
  await inv.json(['stock', 'in', 'MUG', '10']);
  await inv.json(['pool', 'open', 'MUG', '8']);
});
afterEach(() => inv.close());

const DIGITS = Array.from({ length: 10 }, (_, digit) => `SELECT ${String(digit)} AS n`);
/** The numbers from 0 up to 99,999. */
const NUMBERS = `
  SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS n
    FROM ${['a', 'b', 'c', 'd', 'e'].map((name) => `(${DIGITS.join(' UNION ALL ')}) ${name}`).join(' JOIN ')}`;

interface Document {
  readonly run_id: string;
  readonly status: string;
  readonly truncated: boolean;
  readonly findings: readonly { readonly check: string }[];
  readonly inconclusive: readonly { readonly reason: string }[];
}

async function reconcile(...args: readonly string[]): Promise<[number, Document]> {
  const { exitCode, stdout } = await inv.run(['reconcile', '--json', ...args]);
  return [exitCode, JSON.parse(stdout) as Document];
}

const columns = { env: { COLUMNS: '80' } };

/** What stands under RESULT. */
const resultOf = (line: string): string => (/ check +(.*?) +\d{4}-/.exec(line) ?? [])[1] ?? '';

test('more findings than are kept: the worst are, and that there may be more is said', async () => {
  await inv.database.sql(
    `INSERT INTO products (sku, name, created_at, updated_at, actor, host, source, request_id)
     SELECT CONCAT('P', n), 'many', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6), 'a', 'h', 's', 'r'
       FROM (${NUMBERS}) AS numbers WHERE n < 10001`,
  );
  await inv.database.sql(
    `INSERT INTO stock (product_id, location_id, on_hand)
     SELECT id, (SELECT MIN(id) FROM locations), 1 FROM products WHERE sku <> 'MUG'`,
  );
  await inv.database.sql("UPDATE settlement_progress SET state = 'frozen'");
  const [exitCode, { status, truncated, findings, inconclusive }] = await reconcile();
  expect([exitCode, status, truncated]).toEqual([7, 'drift', true]);
  expect(findings).toHaveLength(10_000);
  expect(findings[0]).toMatchObject({ check: 'pools.frozen', severity: 'violation' });
  expect(inconclusive).toMatchObject([{ reason: expect.stringContaining('10000 findings') }]);
  await inv.database.sql("UPDATE settlement_progress SET state = 'ready'");
  const told = await inv.run(['reconcile', '--format', 'table']);
  expect(told.exitCode).toBe(6);
  expect(told.stdout).toContain('10000 differences left, and there may be more');
  expect(told.stderr).toContain('there are 10000 findings or more');
  const history = await inv.run(['reconcile', 'history', '--format', 'table'], columns);
  expect(history.stdout.split('\n').slice(-3).map(resultOf)).toEqual([
    'drift 10000+',
    'violated 1+',
    '',
  ]);
  expect(history.stderr).toContain('+: there may be more');
  const why = await inv.run(['stock', 'why', 'MUG', '--format', 'table']);
  expect(why.stdout).toMatch(/ UTC, but not everything was looked at: nothing differed\.$/m);
});

test('what is behind the limit is not mended, so a repair of the rest is not all', async () => {
  await inv.database.sql(
    `INSERT INTO orders (request_id, fingerprint, state, product_id, location_id, quantity, deadline,
                         actor, host, source, created_at, updated_at)
     SELECT CONCAT('late-', n), REPEAT('x', 32), 'held', p.id, l.id, 1, '2020-01-01',
            'a', 'h', 's', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
       FROM (${NUMBERS}) AS numbers JOIN products p JOIN locations l WHERE n < 1001`,
  );
  const fix = ['--fix', '--max-changes', '5000'];
  const [first, half] = await reconcile(...fix);
  expect([first, half.status, half.truncated]).toEqual([6, 'drift', true]);
  expect(half.findings).toHaveLength(1_000);
  expect(half.findings.every((one) => 'repair' in one)).toBe(true);
  const [second, rest] = await reconcile(...fix);
  const history = (await inv.json(['reconcile', 'history'])) as readonly Document[];
  expect(history).toMatchObject([
    { run_id: rest.run_id, truncated: false },
    { run_id: half.run_id, status: 'drift', truncated: true },
  ]);
  const reasons = [{ reason: expect.stringContaining('1000 late orders or more') }];
  expect(await inv.json(['reconcile', 'show', half.run_id])).toMatchObject({
    truncated: true,
    inconclusive: reasons,
  });
  const shown = await inv.run(['reconcile', 'show', half.run_id, '--format', 'table'], columns);
  const [first80, second80 = ''] = shown.stdout.split('\n');
  expect(first80).toBe(`run ${half.run_id} (fix)`);
  expect(second80).toMatch(
    /^ {2}by tester, [-0-9 :]{19} UTC: repaired 1000, and there may be more$/,
  );
  expect(shown.stderr).toContain('not checked: there are 1000 late orders or more');
  expect([second, rest.status, rest.findings.length]).toEqual([0, 'repaired', 1]);
  expect(await inv.run(['reconcile'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});
