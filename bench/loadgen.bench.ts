import { dirname } from 'node:path';
import type { LoadAnswer } from '../src/ports/load-target.ts';
import { generatorBout } from './support/generator-bout.ts';
import type { Bout } from './support/generator-bout.ts';
import { withHome } from './support/home.ts';
import type { BenchHome } from './support/home.ts';
import { field, invJson } from './support/inv.ts';
import { openShop } from './support/order-shop.ts';
import type { OrderShop } from './support/order-shop.ts';
import { readOptions } from './support/options.ts';
import type { BenchOptions } from './support/options.ts';
import { findRedisBenchmark, RANDOM } from './support/redis-benchmark.ts';
import type { RedisBenchmark } from './support/redis-benchmark.ts';
import { check, conclude, printTable } from './support/result.ts';
import type { Check, Comparison } from './support/result.ts';
import { runInTurn, samplesOf } from './support/rounds.ts';
import type { Side } from './support/rounds.ts';
import { pairedRatio, spreadOf } from './support/statistics.ts';

/**
 * How the load generator keeps its schedule against a target that answers at once (P10), and how many
 * orders a second it can offer to a real Redis before it is the limit itself, against closed loops on
 * the same server: of the same client, and of redis-benchmark.
 *
 *   npm run bench:loadgen [-- --quick] [--rounds N]
 */
const RATES = [1_000, 10_000, 50_000] as const;
const CEILING_RATES = [2_000, 5_000, 10_000, 15_000, 20_000, 30_000, 40_000, 60_000] as const;
const CLOSED_IN_FLIGHT = 256;
const CEILING = 'the generator, highest valid rate';
const CLOSED = `the same client, closed loops, ${CLOSED_IN_FLIGHT} in flight`;
const PEER = 'redis-benchmark, same function, closed loops';

interface Bench {
  readonly durationMs: number;
  readonly checks: Check[];
  /** Every bout has request ids of its own. */
  bouts: number;
}

const ACCEPTED: LoadAnswer = { status: 'accepted', isReplay: false, remaining: null };

const options = readOptions({ rounds: 5, quickRounds: 1 });
await withHome(options.binary, (home) => bench(home, options));

async function bench(home: BenchHome, { quick, rounds, binary }: BenchOptions): Promise<void> {
  const status = field(await invJson(['local', 'status'], home.inv), 'redis');
  const socket = String(field(status, 'socket'));
  const shop = await openShop(socket, dirname(dirname(binary)));
  const work: Bench = { durationMs: quick ? 200 : 2_000, checks: [], bouts: 0 };
  const peer = findRedisBenchmark(socket);
  const lags = new Map<number, Bout[]>();
  const sides = [
    ...RATES.map((rate) => scheduleSide(work, rate, lags)),
    ceilingSide(work, shop),
    closedSide(work, shop),
    ...(peer === undefined ? [] : [peerSide(work, shop, peer)]),
  ];
  const samples = await runInTurn(sides, { rounds, warmUps: 1 });
  await shop.close();
  printTable(
    ['', 'median', 'range'],
    [...samples].map(([name, values]) => {
      const { median, range } = spreadOf(values);
      const shown = (value: number): string => value.toFixed(value < 10 ? 5 : 0);
      return [name, shown(median), range.map(shown).join('–')];
    }),
  );
  conclude(
    {
      name: 'loadgen',
      settings: { bout_ms: work.durationMs, peer_installed: peer !== undefined },
      comparisons: compare(samples, lags, peer !== undefined),
      checks: work.checks,
      measured: { samples: Object.fromEntries(samples), schedule: Object.fromEntries(lags) },
    },
    options,
  );
}

function scheduleName(rate: number): string {
  return `rate reached at ${rate}/s, as a share`;
}

function scheduleSide(work: Bench, rate: number, lags: Map<number, Bout[]>): Side {
  return {
    name: scheduleName(rate),
    run: async (round) => {
      const bout = await generatorBout({
        ...{ run: nextRun(work), ratePerSecond: rate, durationMs: work.durationMs },
        target: () => Promise.resolve(ACCEPTED),
      });
      if (round >= 0) lags.set(rate, [...(lags.get(rate) ?? []), bout]);
      work.checks.push(check(`${rate}/s: every start is answered`, bout.answered, bout.starts));
      return bout.rateShare;
    },
  };
}

/** One order of the shop for one start: the client's way to Redis, with its own answer. */
function ordersOf(shop: OrderShop): (id: string) => Promise<LoadAnswer> {
  return async (id) => {
    const answer = await shop.gate.sell(shop.request(id));
    return answer.status === 'sold' ? ACCEPTED : { status: 'conflict' };
  };
}

function ceilingSide(work: Bench, shop: OrderShop): Side {
  const order = ordersOf(shop);
  return {
    name: CEILING,
    run: async (round) => {
      let best = 0;
      for (const ratePerSecond of CEILING_RATES) {
        await shop.reopen('off');
        const bout = await generatorBout({
          ...{ run: nextRun(work), ratePerSecond, durationMs: work.durationMs },
          target: ({ requestId }) => order(requestId),
        });
        const what = `${CEILING}, round ${round}, ${ratePerSecond}/s`;
        work.checks.push((await shop.audit(what, bout.answered)).check);
        if (bout.reasons.length > 0) break;
        best = bout.achievedPerSecond;
      }
      return best;
    },
  };
}

function closedSide(work: Bench, shop: OrderShop): Side {
  const order = ordersOf(shop);
  return {
    name: CLOSED,
    run: async (round) => {
      await shop.reopen('off');
      const run = nextRun(work);
      let made = 0;
      const startedAt = performance.now();
      const caller = async (): Promise<void> => {
        while (performance.now() - startedAt < work.durationMs) {
          made += 1;
          await order(`${run}-${String(made)}`);
        }
      };
      await Promise.all(Array.from({ length: CLOSED_IN_FLIGHT }, caller));
      const perSecond = (made / (performance.now() - startedAt)) * 1000;
      work.checks.push((await shop.audit(`${CLOSED}, round ${round}`, made)).check);
      return perSecond;
    },
  };
}

function peerSide(work: Bench, shop: OrderShop, peer: RedisBenchmark): Side {
  let perSecond = 5_000;
  return {
    name: PEER,
    run: async () => {
      await shop.reopen('off');
      const count = Math.max(1_000, Math.round((perSecond * work.durationMs) / 1000));
      perSecond = await peer.run(shop.callOf(`bench-load-${RANDOM}-${RANDOM}`), count);
      return perSecond;
    },
  };
}

function compare(
  samples: ReadonlyMap<string, readonly number[]>,
  lags: ReadonlyMap<number, readonly Bout[]>,
  hasPeer: boolean,
): readonly Comparison[] {
  const schedule = RATES.flatMap((rate): readonly Comparison[] => {
    const isTarget = rate === 10_000;
    const bouts = lags.get(rate) ?? [];
    const row = (what: string, peer: string, values: readonly number[], atMost: number) => ({
      what,
      peer,
      ratio: spreadOf(values),
      ...(isTarget ? { target: { id: 'P10', atMost } } : {}),
    });
    return [
      {
        ...row(
          scheduleName(rate),
          'its own schedule',
          samplesOf(samples, scheduleName(rate)),
          1.001,
        ),
        ...(isTarget ? { target: { id: 'P10', atMost: 1.001, atLeast: 0.999 } } : {}),
      },
      row(
        `lag p50 at ${rate}/s`,
        '10 µs',
        bouts.map(({ lagMsP50 }) => lagMsP50 / 0.01),
        1,
      ),
      row(
        `lag p99 at ${rate}/s`,
        '1 ms',
        bouts.map(({ lagMsP99 }) => lagMsP99),
        1,
      ),
    ];
  });
  const against = (peer: string): Comparison => ({
    what: CEILING,
    peer,
    ratio: pairedRatio(samplesOf(samples, CEILING), samplesOf(samples, peer)),
  });
  return [...schedule, against(CLOSED), ...(hasPeer ? [against(PEER)] : [])];
}

function nextRun(work: Bench): string {
  work.bouts += 1;
  return `bench-${work.bouts}`;
}
