import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseCron } from '../../../src/domain/cron.ts';
import { must } from '../../../src/domain/parse/parsed.ts';
import { runWorker } from '../../../src/worker/run-worker.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { reconcileOn } from '../../support/reconcile.ts';

let house: PoolHouse;
let stop: AbortController;
let lines: string[];
let shiftMs: number;
let running: Promise<unknown>[];
beforeEach(async () => {
  house = await createPoolHouse();
  stop = new AbortController();
  lines = [];
  shiftMs = 0;
  running = [];
  await house.open(20);
});
afterEach(async () => {
  stop.abort();
  await Promise.all(running);
  await house.close();
});

function startWorker(schedule: string | null): void {
  const clock = { ...house.deps.clock, now: () => Date.now() + shiftMs };
  const deps = reconcileOn(house.ledger.books.database, { pools: house.deps });
  const work = runWorker(
    { ...house.deps, clock },
    {
      pollMs: 20,
      heartbeatMs: 1_000,
      signal: stop.signal,
      report: ({ text }) => lines.push(text),
      reconcile: {
        schedule: schedule === null ? null : must(parseCron(schedule), 'schedule'),
        dependencies: () => Promise.resolve(deps),
      },
    },
  );
  running.push(work);
}

const runs = () =>
  house.ledger.books.database.sql('SELECT skus, status, checked FROM reconcile_runs');

it('a parked event is looked at within moments, and what it means is said', async () => {
  startWorker(null);
  await house.sell('a', 1);
  await house.bench.redis.xadd(house.bench.key('ev'), '*', 'nonsense', 'from somebody');
  await expect.poll(runs, { timeout: 20_000 }).toHaveLength(1);
  await expect.poll(() => lines.join('\n'), { timeout: 20_000 }).toContain('[pools.parked]');
});

it('at the time of the schedule everything is checked, once, by one of two workers', async () => {
  // The schedule names this very minute; to the workers it is half a minute before it.
  const minuteMs = Math.floor(Date.now() / 60_000) * 60_000;
  shiftMs = minuteMs - Date.now() - 30_000;
  const schedule = `${String(new Date(minuteMs).getUTCMinutes())} * * * *`;
  startWorker(schedule);
  startWorker(schedule);
  await sleep(2_500);
  expect(await runs()).toEqual([]);
  shiftMs = 0;
  await expect
    .poll(async () => (await runs()).map(({ status }) => String(status)), { timeout: 20_000 })
    .toEqual(['clean']);
  await sleep(3_000);
  const [first, ...others] = await runs();
  expect([first?.['skus'], others]).toEqual([null, []]);
  expect(JSON.parse(String(first?.['checked']))).toMatchObject({ movements_from: 0 });
});
