import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStrategy } from '../../support/strategies.ts';
import { InvError } from '../../../src/lib/errors.ts';
import type { Background } from '../../support/drills/background.ts';
import { countPromises } from '../../support/drills/history.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';
import type { Shop } from '../../support/drills/shop.ts';
import { testServers } from '../../support/servers.ts';
import { violations } from '../../support/ledger-proof.ts';
import { draftFor } from '../../support/drills/direct-draft.ts';

/** MySQL under siege while the stream is settled and others sell the same products directly. */

const SKUS = ['A', 'B', 'C', 'D'] as const;
const UNITS = 2_000;

let stall: Stall;
beforeEach(async () => {
  stall = await openStall();
  for (const sku of SKUS) {
    await stall.addProduct(sku, UNITS);
    await stall.shop.open(sku, UNITS / 2);
  }
});
afterEach(() => stall.close());

/** Workers that settle until they are stopped; what a store does to them is no reason to end. */
function startWorkers(shops: readonly Shop[]): Background<Record<string, number>> {
  const ends: Record<string, number> = {};
  const count = (what: string): void => {
    ends[what] = (ends[what] ?? 0) + 1;
  };
  return stall.background(async (signal) => {
    const work = shops.map(async (shop) => {
      while (!signal.aborted) {
        try {
          await shop.work();
          count('done');
        } catch (error) {
          if (!(error instanceof InvError)) throw error;
          count(error.code);
        }
      }
    });
    await Promise.all(work);
    return ends;
  });
}

/** Baskets of all products, in alternating order, straight from the units outside of the pools. */
async function sellDirectly(name: string, baskets: number): Promise<number> {
  const strategy = createStrategy('conditional', stall.database.database);
  let booked = 0;
  for (let at = 1; at <= baskets; at += 1) {
    const order = at % 2 === 0 ? SKUS : SKUS.toReversed();
    const draft = await draftFor(stall.database, `${name}-${String(at)}`, order);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const [outcome] = await strategy.post([draft], { atomic: true, dryRun: false });
        if (outcome?.status === 'posted' || outcome?.status === 'replayed') booked += 1;
        else throw new Error(`not posted: ${JSON.stringify(outcome)}`);
        break;
      } catch (error) {
        if (!(error instanceof InvError) || attempt === 50) throw error;
        expect(['STORE_UNAVAILABLE', 'OUTCOME_UNKNOWN']).toContain(error.code);
      }
    }
  }
  return booked;
}

async function sellEverywhere(baskets: number): Promise<void> {
  const traffics = SKUS.map((sku) =>
    stall.traffic({ sku, name: `t${sku}`, writers: 2, requestsMax: 100 }),
  );
  const direct = await Promise.all([sellDirectly('up', baskets), sellDirectly('down', baskets)]);
  expect(direct).toEqual([baskets, baskets]);
  for (const traffic of traffics) await traffic.done();
  expect(countPromises(stall.history).broken).toBeUndefined();
}

describe('settling and selling directly at once', () => {
  it('two workers, baskets in opposite orders: no deadlock is seen, everything is booked once', async () => {
    const workers = startWorkers([await stall.another(), await stall.another()]);
    await sellEverywhere(60);
    const ends = await workers.stop();
    expect(ends['done']).toBeGreaterThan(0);
    await stall.prove();
  });

  it('a pool of two connections: waiting, not failing', async () => {
    const narrow = { limits: { poolSizeMax: 2 } };
    const workers = startWorkers([await stall.another(narrow), await stall.another(narrow)]);
    await sellEverywhere(20);
    expect(await workers.stop()).not.toHaveProperty('STORE_UNAVAILABLE');
    await stall.prove();
  });

  it('connections killed every 50 ms: all finish or say that nothing happened, nothing leaks', async () => {
    const workers = startWorkers([await stall.another(), await stall.another()]);
    const killer = startKiller();
    await sellEverywhere(30);
    expect(await killer.stop()).toBeGreaterThan(0);
    await workers.stop();
    await stall.prove();
    expect(await violations(stall.database)).toEqual({});
    expect(await openTransactions()).toBe(0);
  });
});

async function openTransactions(): Promise<number> {
  const [row] = await stall.database.sql(
    `SELECT COUNT(*) AS n FROM information_schema.innodb_trx t
       JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
      WHERE p.db = DATABASE() AND p.id <> CONNECTION_ID()`,
  );
  return Number(row?.['n']);
}

/** Kills connections of the application to this database, every 50 ms; each round spares some. */
function startKiller(): Background<number> {
  return stall.background(async (signal) => {
    let killed = 0;
    const { mysqlSocket } = testServers();
    const killer = await createConnection({ socketPath: mysqlSocket, user: 'inv_admin' });
    while (!signal.aborted) {
      const [rows] = await killer.query<RowDataPacket[]>(
        "SELECT id FROM information_schema.processlist WHERE user = 'inv' AND db = ?",
        [stall.database.name],
      );
      for (const row of rows) {
        if (Number(row['id']) % 3 !== killed % 3) continue;
        await killer.query(`KILL ${String(row['id'])}`).then(
          () => (killed += 1),
          () => undefined,
        );
      }
      await sleep(50);
    }
    await killer.end();
    return killed;
  });
}
