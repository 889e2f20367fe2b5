import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
      truncated: false,
      finished: [],
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
          evidence: 'MUG at MAIN: the one movement adds up to 10, the stock row says 13',
          repair: {
            how: 'automatic',
            command: 'inv reconcile --fix --sku MUG',
            state: 'open',
            request_id: null,
            before: null,
            after: null,
            reason: null,
          },
        },
      ],
    });
    const forPeople = await inv.run(['reconcile', '--format', 'table']);
    expect(forPeople.exitCode).toBe(6);
    expect(forPeople.stdout).toContain('try: inv reconcile --fix --sku MUG');
    expect((await inv.run(['reconcile', '--exit-zero'])).exitCode).toBe(0);
    expect((await inv.inside(['reconcile', '--scope', 'settings'])).exitCode).toBe(0);
    expect((await inv.inside(['reconcile', '--sku', 'mug'])).exitCode).toBe(6);
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
    const result = await inv.inside([...args, '--json']);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(await inv.database.sql('SELECT * FROM reconcile_runs')).toEqual([]);
  });

  test('with --dry-run leaves no trace', async () => {
    await damaged();
    expect((await inv.run(['reconcile', '--dry-run'])).exitCode).toBe(6);
    expect(await inv.database.sql('SELECT * FROM reconcile_runs')).toEqual([]);
  });
});

interface Document {
  readonly run_id: string;
  readonly status: string;
  readonly findings: readonly { readonly repair: Record<string, unknown> }[];
}

async function onHand(): Promise<unknown> {
  return (await inv.database.sql('SELECT on_hand FROM stock'))[0]?.['on_hand'];
}

describe('inv reconcile --fix', () => {
  test('mends once, prints the receipt, and has nothing to do after that', async () => {
    await damaged();
    const fixed = (await inv.json(['reconcile', '--fix'])) as Document;
    expect(fixed.status).toBe('repaired');
    expect(fixed.findings.map(({ repair }) => repair)).toMatchObject([
      {
        state: 'repaired',
        request_id: `reconcile:${fixed.run_id}:1`,
        before: 'on hand 13',
        after: 'on hand 10',
      },
    ]);
    expect(await onHand()).toBe(10);
    expect(await inv.json(['reconcile', '--fix'])).toMatchObject({ status: 'clean', findings: [] });
    await damaged();
    const forPeople = await inv.run(['reconcile', '--fix', '--format', 'table']);
    expect([forPeople.exitCode, forPeople.stdout]).toEqual([
      0,
      expect.stringContaining('mended (on hand 13 → on hand 10)'),
    ]);
  });

  test('says what is left where --max-changes ends, and the history counts it', async () => {
    await insertProducts(inv.database, [{ sku: 'JUG' }]);
    await inv.json(['stock', 'in', 'JUG', '5']);
    await inv.database.sql('UPDATE stock SET on_hand = on_hand + 3');
    const first = await inv.run(['reconcile', '--fix', '--max-changes', '1', '--format', 'table']);
    expect(first.exitCode).toBe(6);
    expect(first.stderr).toContain(
      '1 more can be mended: --max-changes 1 ends here; look at them, then run it again',
    );
    const history = await inv.run(['reconcile', 'history', '--format', 'table']);
    expect(history.stdout).toMatch(/ fix +drift 1 /);
    const second = await inv.run(['reconcile', '--fix', '--max-changes', '1', '--format', 'table']);
    expect([second.exitCode, second.stderr]).toEqual([0, '']);
  });

  test('leaves what needs a person, with exit 7 and the command', async () => {
    await inv.database.sql(
      `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
       SELECT posting_id, 2, product_id, location_id, -11, -1, -1 FROM movements`,
    );
    const result = await inv.run(['reconcile', '--fix', '--json']);
    expect(result.exitCode).toBe(7);
    expect(result.stdout).toContain('inv stock history MUG');
    expect(await onHand()).toBe(10);
  });

  test('with --dry-run says what it would mend, and mends nothing', async () => {
    await damaged();
    const dry = ['reconcile', '--fix', '--dry-run'];
    const result = await inv.run(dry);
    expect([result.exitCode, result.stderr]).toEqual([6, 'dry run: nothing was changed\n']);
    expect(result.stdout).not.toContain('dry');
    expect(JSON.parse((await inv.inside([...dry, '--json'])).stdout)).toMatchObject({
      dry_run: true,
    });
    const { stdout } = await inv.inside([...dry, '--format', 'table']);
    expect(stdout).toContain('dry run: nothing was mended, and no run is kept');
    expect(await onHand()).toBe(13);
  });

  test.each(['reconcile.checked', 'reconcile.before_commit', 'reconcile.repaired'])(
    'killed at %s, it is run again to the same end',
    async (name) => {
      await damaged();
      const failpoint = { INV_TEST: '1', INV_FAILPOINT: `${name}=kill` };
      const killed = startCommand(inv, ['reconcile', '--fix'], failpoint);
      expect((await killed.ended).code).toBe('SIGKILL');
      const again = await inv.run(['reconcile', '--fix', '--wait', '10s']);
      expect(again.exitCode).toBe(0);
      expect(await onHand()).toBe(10);
      const receipts = await inv.database.sql(
        "SELECT 1 FROM reconcile_findings WHERE outcome = 'repaired'",
      );
      expect(receipts).toHaveLength(1);
    },
  );
});

describe('inv reconcile --plan and apply', () => {
  test('mends what the plan names, and nothing the second time', async () => {
    await damaged();
    const planned = await inv.run(['reconcile', '--plan', 'plan.json', '--json']);
    expect([planned.exitCode, await onHand()]).toEqual([6, 13]);
    const first = (await inv.json(['reconcile', 'apply', 'plan.json'])) as Document;
    expect([first.status, await onHand()]).toEqual(['repaired', 10]);
    await damaged();
    const second = (await inv.json(['reconcile', 'apply', 'plan.json'])) as Document;
    expect(second.findings[0]?.repair['reason']).toBe('mended before');
    expect(await onHand()).toBe(13);
  });

  test('exits 5 for a row that is no longer as the plan saw it', async () => {
    await damaged();
    await inv.inside(['reconcile', '--plan', 'plan.json']);
    await inv.database.sql('UPDATE stock SET on_hand = 14');
    const result = await inv.run(['reconcile', 'apply', 'plan.json', '--json']);
    expect([result.exitCode, await onHand()]).toEqual([5, 14]);
    expect(JSON.parse(result.stdout)).toMatchObject({
      status: 'drift',
      findings: [{ repair: { state: 'stale' } }],
    });
  });

  test.each([
    [['reconcile', '--plan', 'plan.json', '--fix'], 2],
    [['reconcile', '--plan', 'no/such/folder/plan.json'], 2],
    [['reconcile', '--max-changes', '0', '--fix'], 2],
    [['reconcile', 'apply'], 2],
    [['reconcile', 'apply', 'missing.json'], 2],
    [['reconcile', 'apply', 'nonsense.json'], 2],
    [['reconcile', 'apply', 'other.json'], 2],
    [['reconcile', 'apply', 'unknown.json'], 5],
  ])('refuses %j with %i, and changes nothing', async (args, exitCode) => {
    writeFileSync(join(inv.folder, 'nonsense.json'), 'nonsense');
    writeFileSync(
      join(inv.folder, 'other.json'),
      '{"format": "inv-reconcile-plan-1", "run_id": 5}',
    );
    const unknown = { format: 'inv-reconcile-plan-1', run_id: 'unknown', changes: [] };
    writeFileSync(join(inv.folder, 'unknown.json'), JSON.stringify(unknown));
    await damaged();
    const result = await inv.inside([...args, '--json']);
    expect([result.exitCode, result.stdout]).toEqual([exitCode, '']);
    expect(await onHand()).toBe(13);
  });
});

describe('what was done before', () => {
  test('is listed, shown by its id, and explained by stock why', async () => {
    await damaged();
    const { run_id: runId } = (await inv.json(['reconcile', '--fix'])) as Document;
    await inv.inside(['reconcile']);
    expect(await inv.json(['reconcile', 'history'])).toMatchObject([
      { mode: 'check', status: 'clean', findings: 0 },
      { run_id: runId, mode: 'fix', status: 'repaired', findings: 1, repaired: 1, actor: 'tester' },
    ]);
    expect(await inv.json(['reconcile', 'history', '--limit', '1'])).toHaveLength(1);
    const finding = { repair: { state: 'repaired', request_id: `reconcile:${runId}:1` } };
    expect(await inv.json(['reconcile', 'show', runId])).toMatchObject({
      run_id: runId,
      findings: expect.arrayContaining([expect.objectContaining({ check: 'ledger.balance' })]),
    });
    const shown = (await inv.json(['reconcile', 'show', runId])) as Document;
    expect(shown.findings[0]).toMatchObject(finding);
    expect(await inv.json(['reconcile', 'show', 'last'])).toMatchObject({ mode: 'check' });
    expect((await inv.inside(['reconcile', 'show', 'nothing'])).exitCode).toBe(4);
    expect((await inv.run(['reconcile', 'show', runId])).stdout).toContain('ledger.balance');
    expect(await inv.json(['stock', 'why', 'MUG'])).toMatchObject({
      holds: [],
      last_reconcile: { status: 'clean', findings: [] },
    });
  });

  test('stock why names who holds what until when', async () => {
    await inv.json(['pool', 'open', 'MUG', '5']);
    await inv.json([
      ...['order', 'place', 'MUG', '2', '--hold', '1h', '--buyer', 'ann', '--request-id', 'web-1'],
    ]);
    await inv.json(['worker', 'once']);
    const why = await inv.inside(['stock', 'why', 'MUG', '--format', 'table']);
    expect(why.stdout).toMatch(/2 at MAIN are held for ann until .* UTC \(order web-1\)/);
    expect(why.stdout).not.toContain('reconciled');
    await inv.inside(['reconcile']);
    const after = await inv.inside(['stock', 'why', 'MUG', '--format', 'table']);
    expect(after.stdout).toMatch(/It was last reconciled at .* UTC: nothing differed/);
  });
});
