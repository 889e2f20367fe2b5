import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createNamedLocks } from '../../../src/adapters/mysql/named-locks.ts';
import type { WorkerLine, WorkerProgress } from '../../../src/worker/dependencies.ts';
import { runWorker } from '../../../src/worker/run-worker.ts';
import type { WorkReport } from '../../../src/worker/work-report.ts';
import { workerStatus } from '../../../src/worker/worker-status.ts';
import { testLimits } from '../../support/database.ts';
import { startOwnRedis } from '../../support/drills/own-redis.ts';
import type { OwnRedis } from '../../support/drills/own-redis.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { writeAs } from '../../support/pool-ledger.ts';

interface Running {
  readonly lines: WorkerLine[];
  readonly states: Set<WorkerProgress['state']>;
  stop(): Promise<WorkReport>;
}

let redis: OwnRedis;
let house: PoolHouse;
let running: Running[];
beforeEach(async () => {
  redis = await startOwnRedis();
  house = await createPoolHouse({ socket: redis.socketPath });
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((worker) => worker.stop()));
  await house.close();
  await redis.close();
});

function start(changes: Partial<PoolHouse['deps']> = {}, heartbeatMs = 300): Running {
  const stopping = new AbortController();
  const lines: WorkerLine[] = [];
  const states = new Set<WorkerProgress['state']>();
  const ended = runWorker(
    { ...house.deps, gate: house.bench.another(), ...changes },
    {
      pollMs: 10,
      heartbeatMs,
      signal: stopping.signal,
      report: (line) => lines.push(line),
      onProgress: ({ state }) => states.add(state),
    },
  );
  const worker: Running = {
    lines,
    states,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
  running.push(worker);
  return worker;
}

const settled = (): Promise<number> => house.bucket().then(({ sold }) => sold);
const patience = { timeout: 20_000, interval: 50 };

describe('a worker', () => {
  it('settles what is sold, gives due holds back, heals a top-up, closes what is closing', async () => {
    const worker = start();
    await house.open(200);
    await house.sellMany('a', 60);
    await house.hold('h', 10, Date.now() + 300);
    await expect.poll(settled, patience).toBe(60);
    await expect
      .poll(() => house.deps.books.order('h'), patience)
      .toMatchObject({ state: 'expired' });
    const { productId } = await house.bucket();
    const write = { productId, locationId: 1, fingerprint: 'c'.repeat(64) };
    await house.deps.books.beginClose(write, writeAs('close'));
    await expect
      .poll(() => house.bucket(), patience)
      .toMatchObject({ state: 'closed', returned: 140 });
    expect(await worker.stop()).toMatchObject({
      settled: 60,
      returned: 1,
      expiredHolds: 1,
      lagEvents: 0,
    });
    expect(worker.lines.filter(({ level }) => level !== 'info')).toEqual([]);
    expect(await house.violations(200)).toEqual([]);
  });

  it('settles a backlog in growing batches, each event once', async () => {
    await house.open(2000);
    await house.sellMany('a', 1500);
    const worker = start();
    await expect.poll(settled, patience).toBe(1500);
    expect(await worker.stop()).toMatchObject({ settled: 1500, duplicates: 0 });
    const [row] = await house.ledger.books.database.sql(
      "SELECT COUNT(*) AS postings, COUNT(DISTINCT request_id) AS ids FROM postings WHERE kind = 'sale'",
    );
    expect([Number(row?.['postings']), Number(row?.['ids'])]).toEqual([1500, 1500]);
    expect(await house.violations(2000)).toEqual([]);
  });

  it('lives through a Redis that is killed and comes back, and says both once', async () => {
    await house.open(100);
    const worker = start();
    await house.sellMany('a', 10);
    await redis.kill();
    await expect.poll(() => worker.states.has('waiting_for_store'), patience).toBe(true);
    await redis.start();
    await expect.poll(async () => (await house.sell('b', 1)).status, patience).toBe('sold');
    await expect.poll(settled, patience).toBe(11);
    const texts = worker.lines.map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('working again'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('has all that it should'))).toHaveLength(1);
    expect(texts.length).toBeLessThan(10);
    expect(await house.violations(100)).toEqual([]);
  });

  it('loads an emptied Redis anew without being asked', async () => {
    await house.open(100);
    const worker = start();
    await house.sellMany('a', 10);
    await expect.poll(settled, patience).toBe(10);
    await redis.ask('FLUSHALL');
    await expect.poll(async () => (await house.sell('b', 90)).status, patience).toBe('sold');
    await worker.stop();
    const alarms = worker.lines.filter(({ level }) => level === 'alarm').map(({ text }) => text);
    expect(alarms[1]).toContain('up to 90 units sold just before may be lost');
    await house.once();
    expect(await house.violations(100)).toEqual([]);
  });

  it('ends within its bound when Redis has stopped in its tracks', async () => {
    await house.open(10);
    const worker = start();
    await house.sellMany('a', 5);
    await expect.poll(settled, patience).toBe(5);
    redis.freeze();
    const from = performance.now();
    await worker.stop();
    expect(performance.now() - from).toBeLessThan(12_000);
    redis.thaw();
  });
});

describe('two workers', () => {
  it('share a shard: one reads, the other stands by and follows at once', async () => {
    await house.open(1000);
    const first = start();
    await expect.poll(() => first.states.has('idle'), patience).toBe(true);
    const second = start();
    await expect.poll(() => second.states.has('standing_by'), patience).toBe(true);
    const [{ active, gate, lagEntries } = {}] = await workerStatus(house.deps);
    expect({ active, gate, lagEntries }).toEqual({
      active: { connectionId: expect.any(Number) as number, host: expect.any(String) as string },
      gate: 'open',
      lagEntries: 0,
    });
    await house.sellMany('a', 100);
    await expect.poll(settled, patience).toBe(100);
    expect(await first.stop()).toMatchObject({ settled: 100 });
    await house.sellMany('b', 100);
    await expect.poll(settled, patience).toBe(200);
    expect(await second.stop()).toMatchObject({ settled: 100 });
    expect(await house.violations(1000)).toEqual([]);
  });

  it('without a lock between them book everything once all the same', async () => {
    await house.open(2000);
    const locks = { ...house.deps.locks, take: () => Promise.resolve(NO_LOCK) };
    const workers = [start({ locks }), start({ locks }), start({ locks })];
    for (let round = 0; round < 10; round += 1) await house.sellMany(`r${round}`, 100);
    await expect.poll(settled, patience).toBe(1000);
    const reports = await Promise.all(workers.map((worker) => worker.stop()));
    expect(reports.reduce((sum, report) => sum + report.settled, 0)).toBe(1000);
    expect(reports.every(({ duplicates }) => duplicates === 0)).toBe(true);
    expect(await house.violations(2000)).toEqual([]);
  });

  it('of which one was stopped with the lock in its hands: the other steps in', async () => {
    await house.open(100);
    const { target } = house.ledger.books.database;
    const held = await createNamedLocks(target, testLimits).take('settle:0', { waitMs: 0 });
    const worker = start();
    await house.sellMany('a', 10);
    await expect.poll(settled, patience).toBe(10);
    expect(worker.states.has('standing_by')).toBe(true);
    expect(await held?.isHeld()).toBe(true);
    await held?.release();
  });
});

const NO_LOCK = { isHeld: () => Promise.resolve(true), release: () => Promise.resolve() };
