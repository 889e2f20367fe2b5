import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertProducts } from '../support/catalogue-rows.ts';
import { createInstallation } from '../support/installation.ts';
import type { Installation } from '../support/installation.ts';
import { violations } from '../support/ledger-proof.ts';
import { exitCodes, runMany } from '../support/processes.ts';
import { testServers } from '../support/servers.ts';
import { mysqlStrategyNames } from '../support/strategies.ts';

/** Enough to collide on two cores; more would only queue for them. */
const AT_ONCE = 8;

let inv: Installation;
beforeAll(async () => {
  inv = await createInstallation();
});
afterAll(async () => {
  expect(await violations(inv.database)).toEqual({});
  await inv.close();
});

async function onHand(sku: string): Promise<unknown> {
  return ((await inv.json(['stock', 'show', sku])) as { on_hand: unknown }).on_hand;
}

describe.each(mysqlStrategyNames)('processes at the same time by %s', (strategy) => {
  const out = (...args: string[]) => inv.run(['stock', 'out', ...args, '--strategy', strategy]);

  it('50 racing for 20 units: 20 get one, 30 are refused', async () => {
    const sku = `RACE-${strategy}`.toUpperCase();
    await insertProducts(inv.database, [{ sku }]);
    await inv.json(['stock', 'in', sku, '20']);
    const tasks = Array.from({ length: 50 }, () => () => out(sku, '1'));
    const results = await runMany(tasks, { atOnce: AT_ONCE });
    expect(exitCodes(results)).toEqual({ 0: 20, 3: 30 });
    expect(await onHand(sku)).toBe(0);
  });

  it('30 with one request id: one movement, 30 equal answers', async () => {
    const sku = `SAME-${strategy}`.toUpperCase();
    await insertProducts(inv.database, [{ sku }]);
    await inv.json(['stock', 'in', sku, '2']);
    const call = [sku, '2', '--request-id', `same-${strategy}`, '--json'];
    const results = await runMany(
      Array.from({ length: 30 }, () => () => out(...call)),
      { atOnce: AT_ONCE },
    );
    expect(exitCodes(results)).toEqual({ 0: 30 });
    const answers = results.map(({ stdout }) => JSON.parse(stdout) as { replayed: boolean });
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const [first] = answers;
    for (const answer of answers) {
      expect({ ...answer, replayed: false }).toEqual({ ...first, replayed: false });
    }
    expect(await onHand(sku)).toBe(0);
  });

  it('baskets of the same products in opposite order meet no deadlock', async () => {
    const skus = Array.from({ length: 10 }, (_, at) => `${strategy}-${String(at)}`.toUpperCase());
    await insertProducts(
      inv.database,
      skus.map((sku) => ({ sku })),
    );
    for (const sku of skus) await inv.json(['stock', 'in', sku, '1000']);
    const rounds = 6;
    const basket = (writer: number) => () => {
      const order = writer % 2 === 0 ? skus : skus.toReversed();
      const lines = order.map((sku) => `${sku},1,${String(writer)}\n`).join('');
      return inv.run(['stock', 'out', '--from', '-', '--atomic', '--strategy', strategy], {
        input: `sku,quantity,reference\n${lines}`,
      });
    };
    const baskets = Array.from({ length: 2 * rounds }, (_, writer) => basket(writer));
    const results = await runMany(baskets, { atOnce: 4 });
    expect(exitCodes(results)).toEqual({ 0: 2 * rounds });

    // The same, 60 transactions a process, so that the rounds really meet.
    const long = (direction: 'up' | 'down') => {
      const order = direction === 'up' ? skus : skus.toReversed();
      const lines = Array.from({ length: 60 }, () => order.map((sku) => `${sku},1`)).flat();
      const file = join(inv.folder, `${strategy}-${direction}.csv`);
      writeFileSync(file, `sku,quantity\n${lines.join('\n')}\n`);
      return () =>
        inv.run(['stock', 'out', '--from', file, '--strategy', strategy, '--json'], {
          env: { INV_FILES_BATCH_LINES_MAX: '10' },
        });
    };
    const files = await runMany([long('up'), long('down')], { atOnce: 2 });
    expect(files.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(await onHand(skus[3] ?? '')).toBe(1_000 - 2 * rounds - 120);
  });
});

it('20 processes migrate one empty database once', async () => {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await inv.database.sql(`CREATE DATABASE ${name}`);
  try {
    const socket = encodeURIComponent(testServers().mysqlSocket);
    const env = { INV_MYSQL_URL: `mysql://inv_admin@localhost/${name}?socket=${socket}` };
    const migrate = () => inv.run(['db', 'migrate', '--json'], { env });
    const results = await runMany(
      Array.from({ length: 20 }, () => migrate),
      { atOnce: 20 },
    );
    expect(exitCodes(results)).toEqual({ 0: 20 });
    const applied = results.map(
      ({ stdout }) => (JSON.parse(stdout) as { applied: unknown[] }).applied.length,
    );
    expect(applied.filter((count) => count > 0)).toHaveLength(1);
    expect((await inv.run(['stock', 'show', 'NONE'], { env })).exitCode).toBe(4);
  } finally {
    await inv.database.sql(`DROP DATABASE ${name}`);
  }
});
