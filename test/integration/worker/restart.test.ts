import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { showPool } from '../../../src/services/pools/show-pool.ts';
import { freePort } from '../../support/free-port.ts';
import { startOwnRedis } from '../../support/drills/own-redis.ts';
import type { OwnRedis } from '../../support/drills/own-redis.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';

let redis: OwnRedis;
let house: PoolHouse;
beforeEach(async () => {
  redis = await startOwnRedis();
  house = await createPoolHouse({ socket: redis.socketPath });
});
afterEach(async () => {
  await house.close();
  await redis.close();
});

async function restart(files?: { readonly from: string | undefined }): Promise<void> {
  await redis.kill();
  if (files !== undefined) redis.replaceFiles(files.from);
  await redis.start();
}

describe('a Redis that was killed and started again', () => {
  it('with its own file is fenced, then adopted: nothing is lost, holds stay', async () => {
    await house.open(100);
    await house.sell('a', 5);
    await house.once();
    await house.sell('b', 3);
    await house.hold('h', 10, Date.now() + 60_000);
    await restart();
    expect(await house.sell('c')).toMatchObject({ status: 'fenced' });
    expect(await recoverShard(house.deps, 0)).toEqual({ status: 'adopted', buckets: [] });
    expect(await house.bucket()).toMatchObject({ epoch: 1, settledSeq: 2 });
    expect(await house.sell('b', 3)).toMatchObject({ status: 'sold', replayed: true });
    expect(await house.sell('c', 82)).toMatchObject({ status: 'sold', remaining: 0 });
    await house.once();
    expect(await house.booked()).toEqual({ a: -5, b: -3, c: -82 });
    expect(await house.violations(100)).toEqual([]);
  });

  it('from an older copy has a new epoch; what was settled stays sold, nothing is oversold', async () => {
    const { pool } = await house.open(100);
    await house.sell('a', 5);
    await house.once();
    const copy = redis.copyFiles();
    await house.sell('b', 3);
    await house.once();
    await house.sell('lost', 7);
    await restart({ from: copy });
    expect(await house.sell('c')).toMatchObject({ status: 'fenced' });
    expect(await recoverShard(house.deps, 0)).toMatchObject({
      status: 'rebuilt',
      lossy: true,
      buckets: [{ epoch: 2, delegated: 92, lostMax: 92, quarantined: 0 }],
    });
    expect(await showPool(house.deps, { product: pool.sku, location: 'MAIN' })).toMatchObject({
      avail: 92,
    });
    expect(await house.sell('c', 92)).toMatchObject({ status: 'sold', remaining: 0 });
    expect(await house.sell('d')).toMatchObject({ status: 'no', reason: 'sold_out' });
    await house.once();
    expect(await house.booked()).toEqual({ a: -5, b: -3, c: -92 });
    expect(await house.violations(100)).toEqual([]);
  });

  it('from an older copy of which everything is settled that it has: the rest is sold once', async () => {
    await house.open(100);
    await house.sell('a', 5);
    const copy = redis.copyFiles();
    await house.sell('b', 3);
    await restart({ from: copy });
    // The stream still has a, and b was never settled: Redis is behind nothing that the books know.
    expect(await recoverShard(house.deps, 0)).toMatchObject({ status: 'adopted' });
    expect(await house.booked()).toEqual({ a: -5 });
    expect(await house.sell('b', 3)).toMatchObject({ status: 'sold', replayed: false });
    await house.once();
    expect(await house.booked()).toEqual({ a: -5, b: -3 });
    expect(await house.violations(100)).toEqual([]);
  });

  it('empty is loaded from the books', async () => {
    await house.open(100);
    await house.sell('a', 5);
    await house.once();
    await restart({ from: undefined });
    expect(await house.sell('b')).toMatchObject({ status: 'fenced' });
    await house.once();
    expect(house.lines.join('\n')).toContain('up to 95 units sold just before may be lost');
    expect(await house.sell('b', 95)).toMatchObject({ status: 'sold', remaining: 0 });
    await house.once();
    expect(await house.violations(100)).toEqual([]);
  });

  it('with a pool that was closed after the copy was made does not sell it again', async () => {
    const { pool } = await house.open(100);
    await house.sell('a', 5);
    await house.once();
    const copy = redis.copyFiles();
    const { productId } = await house.bucket();
    await house.deps.books.beginClose(
      { productId, locationId: 1, fingerprint: 'c'.repeat(64) },
      {
        requestId: 'close',
        origin: { actor: 't', host: 't', source: 't' },
        dryRun: false,
      },
    );
    await house.once();
    expect(await house.bucket()).toMatchObject({ state: 'closed' });
    await restart({ from: copy });
    expect(await recoverShard(house.deps, 0)).toMatchObject({ status: 'rebuilt', buckets: [] });
    expect(await house.sell('b')).toMatchObject({ status: 'no_pool' });
    expect((await house.deps.gate.locate(pool.sku, 'MAIN')).buckets).toEqual([]);
    expect(await house.violations(100)).toEqual([]);
  });

  it('again in the middle of a recovery is recovered with what it has then', async () => {
    await house.open(100);
    await house.sell('a', 5);
    await house.once();
    await house.sell('b', 3);
    const { gate } = house.deps;
    let adoptions = 0;
    await restart();
    const outcome = await recoverShard(
      {
        ...house.deps,
        gate: {
          ...gate,
          adopt: async (...given) => {
            adoptions += 1;
            if (adoptions === 1) await restart();
            return gate.adopt(...given);
          },
        },
      },
      0,
    );
    expect(outcome).toEqual({ status: 'adopted', buckets: [] });
    expect(adoptions).toBe(2);
    await house.once();
    expect(await house.booked()).toEqual({ a: -5, b: -3 });
    expect(await house.violations(100)).toEqual([]);
  });
});

it('a replica that was promoted is fenced although its data says open, and adopted', async () => {
  const port = await freePort();
  await redis.kill();
  await redis.start(['--bind', '127.0.0.1', '--port', String(port)]);
  await house.open(100);
  await house.sell('a', 5);
  const replica = await startOwnRedis({
    extraArguments: ['--replicaof', '127.0.0.1', String(port)],
  });
  try {
    await expect
      .poll(async () => String(await replica.ask('INFO', 'replication')), { timeout: 20_000 })
      .toContain('master_link_status:up');
    await redis.ask('WAIT', 1, 5000);
    await redis.kill();
    await replica.ask('REPLICAOF', 'NO', 'ONE');
    const address = { socketPath: replica.socketPath };
    const promoted = house.bench.another({ target: { ...house.bench.target, address } });
    const deps = { ...house.deps, gate: promoted };
    const { progress } = await deps.books.shard(0, { includeClosed: false });
    const { generation } = progress;
    expect(await promoted.snapshot(0)).toMatchObject({ isOpen: false, generation });
    expect(await recoverShard(deps, 0)).toMatchObject({ status: 'adopted', buckets: [{}] });
    expect(await house.booked()).toEqual({ a: -5 });
  } finally {
    await replica.close();
  }
});
