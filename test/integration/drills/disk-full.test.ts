import { afterEach, describe, expect, it } from 'vitest';
import { InvError } from '../../../src/lib/errors.ts';
import { countPromises, longestMs } from '../../support/drills/history.ts';
import { startOwnMysql } from '../../support/drills/own-mysql.ts';
import { startOwnRedis } from '../../support/drills/own-redis.ts';
import { poolViolations } from '../../support/drills/pool-proof.ts';
import { openSmallDisk } from '../../support/drills/small-disk.ts';
import type { SmallDisk } from '../../support/drills/small-disk.ts';
import { openStall } from '../../support/drills/stall.ts';
import { temporaryFolder } from '../../support/servers.ts';

/** The disk of a store is full: nothing hangs, nothing is said to be done that is not. */

/** What a request may take, its budget and two busy cores included. */
const PATIENCE_MS = 30_000;

let closings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closings.toReversed()) await close();
  closings = [];
});

/** undefined where this machine mounts none (it takes root). */
async function smallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const disk = await openSmallDisk(temporaryFolder('disk'), { megabytes });
  if (disk !== undefined) closings.push(() => disk.close());
  return disk;
}

describe('the disk of Redis is full', () => {
  it('orders end in bounded time, none is acknowledged and lost, and it goes on with room', async (context) => {
    const disk = await smallDisk(16);
    if (disk === undefined) return context.skip('no small disk can be mounted here');
    const redis = await startOwnRedis({ wrapper: disk.wrapper, dataFolder: disk.path });
    closings.push(() => redis.close());
    const stall = await openStall({ redisSocket: redis.socketPath, budgetMs: 1_500 });
    closings.push(() => stall.close());
    await stall.addProduct('P', 10_000);
    await stall.shop.open('P', 10_000);
    const traffic = stall.traffic({ sku: 'P' });
    await traffic.reached(100, 'accepted');
    disk.fill();
    // With fsync at every write it ends rather than to say what it cannot keep.
    await expect.poll(() => redis.ended(), { timeout: PATIENCE_MS }).toBeDefined();
    const before = stall.history.invocations.length;
    await traffic.reached(before + 16);
    disk.free();
    await redis.start();
    const { accepted = 0 } = countPromises(stall.history);
    await traffic.reached(accepted + 50, 'accepted');
    await traffic.stop();
    const { unknown = 0, not_executed = 0 } = countPromises(stall.history);
    expect(unknown + not_executed).toBeGreaterThan(0);
    expect(longestMs(stall.history)).toBeLessThan(PATIENCE_MS);
    await stall.prove({ supplied: new Map([['P', 10_000]]) });
  });
});

describe('the disk of MySQL is full', () => {
  it('a settlement ends in bounded time, books all of a batch or nothing, and goes on with room', async (context) => {
    const disk = await smallDisk(400);
    if (disk === undefined) return context.skip('no small disk can be mounted here');
    const mysql = await startOwnMysql({ disk });
    closings.push(() => mysql.kill());
    const stall = await openStall({ mysqlSocket: mysql.socketPath, batchEventsMax: 500 });
    closings.push(() => stall.close());
    await stall.addProduct('P', 20_000);
    await stall.shop.open('P', 20_000);
    disk.fill();
    let failure: unknown;
    for (let round = 1; failure === undefined && round <= 20; round += 1) {
      const given = { sku: 'P', name: `r${String(round)}`, quantityMax: 1, duplicates: 0 };
      await stall.traffic({ ...given, writers: 50, requestsMax: 10 }).done();
      const began = performance.now();
      await stall.shop.work().catch((error: unknown) => (failure = error));
      expect(performance.now() - began).toBeLessThan(PATIENCE_MS);
    }
    expect(failure).toBeInstanceOf(InvError);
    // It may be the table that cannot grow, or at the COMMIT the binary log: then nobody can tell.
    expect(['STORE_UNAVAILABLE', 'OUTCOME_UNKNOWN']).toContain((failure as InvError).code);
    const violated = { database: stall.database, redisSocket: stall.redisSocket };
    expect(await poolViolations({ ...violated, keyPrefix: stall.keyPrefix })).toEqual({});
    disk.free();
    if (mysql.ended() !== undefined) await mysql.start();
    await stall.prove({ supplied: new Map([['P', 20_000]]) });
  });
});
