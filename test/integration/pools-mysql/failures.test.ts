import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/mysql/database.ts';
import type { Database } from '../../../src/adapters/mysql/database.ts';
import { createPoolBooks } from '../../../src/adapters/mysql/pools/pool-books.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { armFailpoint } from '../../../src/lib/failpoint.ts';
import type { PoolBooks } from '../../../src/ports/pool-books.ts';
import { testLimits } from '../../support/database.ts';
import { isText, openFaultProxy } from '../../support/fault-proxy.ts';
import type { FaultProxy } from '../../support/fault-proxy.ts';
import { checksumOfRows, violations } from '../../support/ledger-proof.ts';
import { createStream, sellerOf } from '../../support/pool-events.ts';
import { createPoolLedger, done, openRequest, writeAs } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';
import { testServers } from '../../support/servers.ts';

let ledger: PoolLedger;
let proxy: FaultProxy;
let database: Database;
/** The same books, through a network that can fail. */
let far: PoolBooks;
const stream = createStream();
beforeAll(async () => {
  ledger = await createPoolLedger();
  proxy = await openFaultProxy(testServers().mysqlSocket);
  const address = { socketPath: proxy.socketPath };
  const target = { ...ledger.books.database.target, address };
  database = await openDatabase({ target, limits: testLimits, clock: systemClock });
  far = createPoolBooks({ database, lossLimit: null });
});
afterAll(async () => {
  await database.close();
  await proxy.close();
  await ledger.close();
});
afterEach(async () => {
  expect(await violations(ledger.books.database)).toEqual({});
});

const armed = (name: string) =>
  armFailpoint({ INV_TEST: '1', INV_FAILPOINT: `${name}=throw` }, { kill: () => undefined });

async function pool(units: number) {
  const { productId } = await ledger.stocked(units);
  const [bucket] = await ledger.open(productId, units);
  if (bucket === undefined) throw new Error('a pool has a bucket');
  return { productId, seller: sellerOf(bucket) };
}

const versionNow = async () =>
  (await ledger.pools.shard(0, { includeClosed: false })).progress.version;

it('a settlement that dies before its COMMIT leaves nothing, and is done by the next', async () => {
  const { productId, seller } = await pool(10);
  const entries = stream([seller.sell('before-1', 2), seller.giveBack('before-2', 1)]);
  const before = await checksumOfRows(ledger.books.database);
  armed('settle.before_commit');
  await expect(ledger.settle(entries)).rejects.toThrow('failpoint');
  expect(await checksumOfRows(ledger.books.database)).toBe(before);
  expect(await ledger.settle(entries)).toMatchObject({ status: 'settled', sold: 1, returned: 1 });
  expect(await ledger.stock(productId)).toEqual({ onHand: 8, reserved: 7 });
});

it('a settlement that dies after its COMMIT is done, and the next finds the position moved', async () => {
  const { productId, seller } = await pool(10);
  const entries = stream([seller.sell('after-1', 2)]);
  const version = await versionNow();
  armed('settle.after_commit');
  await expect(ledger.settle(entries)).rejects.toThrow('failpoint');
  expect(await ledger.settle(entries, { version })).toEqual({ status: 'overtaken' });
  expect(await ledger.stock(productId)).toEqual({ onHand: 8, reserved: 8 });
});

it.each(['request', 'reply'] as const)(
  'a settlement whose COMMIT lost its %s is unknown, and a rerun settles it once',
  async (where) => {
    const { productId, seller } = await pool(10);
    const entries = stream([seller.sell(`lost-${where}`, 2)]);
    const version = await versionNow();
    const request = { shard: 0, version, ackVersion: 0, ackToken: null, entries, found: null };
    const struck = proxy.arm({ at: (message) => isText(message, 'COMMIT'), where, how: 'cut' });
    await expect(far.settle(request)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await struck;
    const again = await far.settle(request);
    expect(['settled', 'overtaken']).toContain(again.status);
    expect(await ledger.stock(productId)).toEqual({ onHand: 8, reserved: 8 });
  },
);

it('opening a pool dies on either side of its COMMIT, and its rerun opens it once', async () => {
  for (const point of ['open.before_commit', 'open.after_commit']) {
    const { productId } = await ledger.stocked(10);
    const write = writeAs(`die-${point}`);
    const open = () => ledger.pools.open(openRequest(productId, 4), write);
    armed(point);
    await expect(open()).rejects.toThrow('failpoint');
    const reserved = point === 'open.before_commit' ? 0 : 4;
    expect(await ledger.stock(productId)).toEqual({ onHand: 10, reserved });
    expect(await open()).toMatchObject({ status: 'done', replayed: reserved === 4 });
    expect(await ledger.stock(productId)).toEqual({ onHand: 10, reserved: 4 });
  }
});

it.each(['request', 'reply'] as const)(
  'commands whose COMMIT lost its %s are unknown, and their reruns count once',
  async (where) => {
    const { productId } = await ledger.stocked(10);
    const key = { productId, locationId: 1, fingerprint: 'f'.repeat(64) };
    const acts = [
      () => far.open(openRequest(productId, 4), writeAs(`far-open-${where}`)),
      () => far.topUp({ ...key, quantity: 3 }, writeAs(`far-top-up-${where}`)),
      () => far.beginClose(key, writeAs(`far-close-${where}`)),
    ];
    for (const act of acts) {
      const struck = proxy.arm({ at: (message) => isText(message, 'COMMIT'), where, how: 'cut' });
      await expect(act()).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
      await struck;
      done(await act());
    }
    expect(await ledger.stock(productId)).toEqual({ onHand: 10, reserved: 7 });
  },
);
