import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { startCommand } from '../support/processes.ts';

let inv: Installation;
beforeEach(async () => {
  inv = await createInstallation();
  await insertProducts(inv.database, [{ sku: 'MUG' }]);
  await inv.json(['stock', 'in', 'MUG', '10']);
});
afterEach(() => inv.close());

const damaged = (): Promise<unknown> => inv.database.sql('UPDATE stock SET on_hand = 13');

describe('inv reconcile', () => {
  test('says nothing to cron when all agree, and tells a script what it looked at', async () => {
    expect(await inv.run(['reconcile'])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await inv.json(['reconcile'])).toEqual({
      run_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'clean',
      checked: expect.objectContaining({ stock_rows: 1 }),
      findings: [],
      notices: expect.any(Array),
      inconclusive: [],
      duration_ms: expect.any(Number),
    });
  });

  test('exits 6 when something differs, and names the number, the cause and what mends it', async () => {
    await damaged();
    const result = await inv.run(['reconcile', '--json']);
    expect(result.exitCode).toBe(6);
    expect(JSON.parse(result.stdout)).toMatchObject({
      status: 'drift',
      findings: [
        {
          id: 1,
          check: 'ledger.balance',
          severity: 'drift',
          subject: 'MUG at MAIN',
          sku: 'MUG',
          location: 'MAIN',
          expected: 10,
          actual: 13,
          delta: 3,
          in_flight: null,
          evidence: 'MUG at MAIN: the one movement adds up to 10, the books say 13',
          repair: {
            how: 'automatic',
            command: 'inv reconcile --fix --sku MUG',
            state: 'open',
          },
        },
      ],
    });
    const forPeople = await inv.run(['reconcile', '--format', 'table']);
    expect(forPeople.exitCode).toBe(6);
    expect(forPeople.stdout).toContain('try: inv reconcile --fix --sku MUG');
    expect((await inv.run(['reconcile', '--exit-zero'])).exitCode).toBe(0);
    expect((await inv.run(['reconcile', '--scope', 'settings'])).exitCode).toBe(0);
    expect((await inv.run(['reconcile', '--sku', 'mug'])).exitCode).toBe(6);
  });

  test('exits 7 when more went out than ever came in', async () => {
    await inv.database.sql(
      `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
       SELECT posting_id, 2, product_id, location_id, -11, -1, -1 FROM movements`,
    );
    const result = await inv.run(['reconcile', '--json']);
    expect(result.exitCode).toBe(7);
    expect(result.stdout).toContain('ledger.limits');
  });

  test('exits 75 while another run is at work', async () => {
    const running = startCommand(inv, ['reconcile'], {
      INV_TEST: '1',
      INV_FAILPOINT: 'reconcile.started=hang',
    });
    try {
      await expect
        .poll(async () => (await inv.database.sql('SELECT 1 FROM reconcile_runs')).length, {
          timeout: 20_000,
        })
        .toBe(1);
      const second = await inv.run(['reconcile', '--json']);
      expect([second.exitCode, second.stdout]).toEqual([75, '']);
      expect(JSON.parse(second.stderr)).toMatchObject({ error: { code: 'BUSY' } });
    } finally {
      running.child.kill('SIGKILL');
      await running.ended;
    }
    expect((await inv.run(['reconcile', '--wait', '10s'])).exitCode).toBe(0);
  });

  test.each([
    [['reconcile', '--scope', 'everything'], 2],
    [['reconcile', '--wait', '5'], 2],
    [['reconcile', '--sku', 'a b\u0001'], 2],
    [['reconcile', '--sku', 'MUGG'], 4],
    [['reconcile', 'aply'], 2],
    [['reconcile', '--fields', 'nonsense'], 2],
  ])('refuses %j with %i, and nothing is written', async (args, exitCode) => {
    const result = await inv.run([...args, '--json']);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(await inv.database.sql('SELECT * FROM reconcile_runs')).toEqual([]);
  });

  test('with --dry-run leaves no trace', async () => {
    await damaged();
    expect((await inv.run(['reconcile', '--dry-run'])).exitCode).toBe(6);
    expect(await inv.database.sql('SELECT * FROM reconcile_runs')).toEqual([]);
  });
});
