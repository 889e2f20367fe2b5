import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseCron } from '../../../src/domain/cron.ts';
import { must } from '../../../src/domain/parse/parsed.ts';
import { checkAsked } from '../../../src/services/reconcile/check-asked.ts';
import { runWorker } from '../../../src/worker/run-worker.ts';
import { createStrategy } from '../../support/strategies.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { reconcile, reconcileOn } from '../../support/reconcile.ts';

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
  house.ledger.books.database.sql('SELECT skus, scope, status, checked FROM reconcile_runs');

it('a parked event has its product checked within moments, and no other', async () => {
  const { books } = house.ledger;
  const { sku } = await house.bucket();
  // Another product differs, and nobody has asked about it.
  await house.ledger.stocked(5);
  await books.database.sql('UPDATE stock SET on_hand = 9 WHERE reserved = 0');
  const direct = books.draft({ id: 'a', kind: 'out', lines: [{ sku, quantity: -1 }] });
  await books.database.sql('UPDATE stock SET on_hand = on_hand + 1 WHERE reserved > 0');
  await createStrategy('conditional', books.database.database).post([direct], {
    ...{ atomic: true, dryRun: false },
  });
  await house.sell('a', 1);
  startWorker(null);
  await expect.poll(runs, { timeout: 20_000 }).toMatchObject([{ status: 'drift' }]);
  const [run] = await runs();
  expect(JSON.parse(String(run?.['skus']))).toEqual([sku]);
  expect(lines.join('\n')).toContain('[pools.parked]');
  expect(lines.join('\n')).not.toContain('POOL-2');
});

it('an entry that names no product has every pool looked at', async () => {
  startWorker(null);
  await house.sell('a', 1);
  await house.bench.redis.xadd(house.bench.key('ev'), '*', 'nonsense', 'from somebody');
  await expect.poll(runs, { timeout: 20_000 }).toHaveLength(1);
  await expect.poll(() => lines.join('\n'), { timeout: 20_000 }).toContain('[pools.parked]');
  expect(await runs()).toMatchObject([{ skus: null, scope: 'pools,holds,orders' }]);
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

it('a request that is made again during its check stays for the next one', async () => {
  const deps = reconcileOn(house.ledger.books.database, { pools: house.deps });
  const { requests, origin } = deps;
  const { id, sku } = await house.bucket();
  const seen = { about: { bucketId: id }, reason: 'seen', requestId: null };
  await requests.ask(seen, origin);
  const answers = await requests.waiting({ limit: 10 });
  await requests.ask({ ...seen, reason: 'seen again' }, origin);
  await reconcile(deps, { products: [sku], answers });
  const [left] = await requests.waiting({ limit: 10 });
  expect(left).toMatchObject({ sku, asked: 2, reason: 'seen' });
  expect(await checkAsked(deps)).toMatchObject({ status: 'clean' });
  expect(await requests.waiting({ limit: 10 })).toEqual([]);
  expect(await checkAsked(deps)).toBeNull();
});

it('a request stays when its product could not be looked at', async () => {
  const deps = reconcileOn(house.ledger.books.database, { pools: house.deps });
  const { requests, origin } = deps;
  const { id } = await house.bucket();
  await requests.ask({ about: { bucketId: id }, reason: 'seen', requestId: null }, origin);
  await house.lose('*');
  expect(await checkAsked(deps)).toMatchObject({ status: 'inconclusive' });
  expect(await requests.waiting({ limit: 10 })).toMatchObject([{ asked: 1 }]);
});
