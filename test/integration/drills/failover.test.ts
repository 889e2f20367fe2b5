import { renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { InvError } from '../../../src/lib/errors.ts';
import type { RecoverOutcome } from '../../../src/services/pools/recover-outcome.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { countPromises } from '../../support/drills/history.ts';
import { lostUnits } from '../../support/drills/lost-units.ts';
import { startOwnRedis } from '../../support/drills/own-redis.ts';
import type { OwnRedis } from '../../support/drills/own-redis.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';
import { freePort } from '../../support/free-port.ts';

/** The primary Redis dies in the middle of a sale, and its replica takes its place. */

const UNITS = 2_000;

let primary: OwnRedis;
let replica: OwnRedis;
let stall: Stall;
beforeEach(async () => {
  const port = String(await freePort());
  primary = await startOwnRedis({ extraArguments: ['--port', port, '--bind', '127.0.0.1'] });
  replica = await startOwnRedis({ extraArguments: ['--replicaof', '127.0.0.1', port] });
  stall = await openStall({ redisSocket: primary.socketPath, budgetMs: 60_000 });
  await stall.addProduct('P', UNITS);
  await stall.shop.open('P', UNITS);
  await until(async () => String(await replica.ask('INFO')).includes('master_link_status:up'));
});
afterEach(async () => {
  await stall.close();
  await primary.close();
  await replica.close();
});

it('up to date: fenced until it is adopted, then every acknowledged sale is settled once', async () => {
  const traffic = stall.traffic({ sku: 'P', duplicates: 0.3 });
  await traffic.reached(100, 'accepted');
  await traffic.stop();
  expect(await primary.ask('WAIT', 1, 10_000)).toBe(1);
  await takeOver();
  // Nobody can know that it was up to date.
  expect(await recover()).toMatchObject({ status: 'adopted', buckets: [{ sku: 'P' }] });
  const again = stall.traffic({ sku: 'P', name: 'again' });
  await again.reached(200, 'accepted');
  await again.stop();
  await stall.prove({ supplied: new Map([['P', UNITS]]) });
});

it('behind, under traffic: nothing is oversold, and the loss has a bound that holds', async () => {
  const traffic = stall.traffic({ sku: 'P', duplicates: 0.3 });
  await traffic.reached(100, 'accepted');
  await stall.shop.work();
  // What the primary sells from here on never reaches it.
  await replica.ask('REPLICAOF', 'NO', 'ONE');
  const { accepted = 0 } = countPromises(stall.history);
  await traffic.reached(accepted + 50, 'accepted');
  await takeOver();
  const outcome = await recover();
  expect(outcome.status).toBe('adopted');
  const told = 'buckets' in outcome ? (outcome.buckets[0]?.lostMax ?? 0) : 0;
  expect(await stall.shop.pools.books.loss(0)).toMatchObject({ units: told });
  const { accepted: before = 0 } = countPromises(stall.history);
  await traffic.reached(before + 100, 'accepted');
  await traffic.stop();
  const lost = await lostUnits(stall);
  expect(lost).toBeGreaterThan(0);
  expect(told).toBeGreaterThanOrEqual(lost);
  await stall.prove({ lostUnitsMax: lost, supplied: new Map([['P', UNITS]]) });
});

/** As a name or an address that is handed on: clients find the replica where the primary was. */
async function takeOver(): Promise<void> {
  await primary.kill();
  await replica.ask('REPLICAOF', 'NO', 'ONE');
  renameSync(replica.socketPath, primary.socketPath);
}

/** The connection of the shop may have tried in vain a moment ago, and waits. */
async function recover(): Promise<RecoverOutcome> {
  for (;;) {
    try {
      return await recoverShard(stall.shop.pools, 0);
    } catch (error) {
      if (!(error instanceof InvError) || error.code !== 'STORE_UNAVAILABLE') throw error;
      await sleep(50);
    }
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}
