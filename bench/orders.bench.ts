import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { withHome } from './support/home.ts';
import type { BenchHome } from './support/home.ts';
import { field, invJson } from './support/inv.ts';
import { openShop } from './support/order-shop.ts';
import type { Durability, OrderShop } from './support/order-shop.ts';
import { readOptions } from './support/options.ts';
import type { BenchOptions } from './support/options.ts';
import { findRedisBenchmark, RANDOM } from './support/redis-benchmark.ts';
import type { RedisBenchmark } from './support/redis-benchmark.ts';
import { check, conclude, printTable } from './support/result.ts';
import type { Check, Comparison } from './support/result.ts';
import { runInTurn, samplesOf } from './support/rounds.ts';
import type { Side } from './support/rounds.ts';
import { pairedRatio, quantile, spreadOf } from './support/statistics.ts';

/**
 * Orders accepted for one hot product through the client of inv, coalesced, each with its own answer,
 * record and event, against redis-benchmark with the same function called for one request (P1), a
 * lone request against one plain call of the same function (P2), and with the log on disk (P3). After
 * every bout the books of Redis are compared with the answers.
 *
 *   npm run bench:orders [-- --quick] [--rounds N]
 */
const IN_FLIGHT = [1, 16, 256, 1000] as const;
const DURABILITIES = ['off', 'everysec', 'always'] as const;
const MAIN = 256;
const PEER = 'redis-benchmark, same function';
const SEED = 'redis-benchmark, script of the seed';
const LONE = 'a lone request';
const PLAIN = 'one plain call of ioredis';

interface Bench {
  readonly shop: OrderShop;
  readonly durationMs: number;
  readonly checks: Check[];
  /** Requests ever made, so that no id comes twice. */
  made: number;
}

const options = readOptions({ rounds: 5, quickRounds: 1 });
await withHome(options.binary, (home) => bench(home, options));

async function bench(home: BenchHome, { quick, rounds, binary }: BenchOptions): Promise<void> {
  const status = field(await invJson(['local', 'status'], home.inv), 'redis');
  const socket = String(field(status, 'socket'));
  const packageRoot = dirname(dirname(binary));
  const shop = await openShop(socket, packageRoot);
  const work: Bench = { shop, durationMs: quick ? 200 : 1000, checks: [], made: 0 };
  const peer = findRedisBenchmark(socket);
  const sides = [
    ...(peer === undefined ? [] : await peerSides(work, peer, packageRoot)),
    ...IN_FLIGHT.map((inFlight) => ourSide(work, inFlight, 'off')),
    ...(['everysec', 'always'] as const).map((durability) => ourSide(work, MAIN, durability)),
    ...loneSides(work),
  ];
  // The client is compiled by what it does: its first seconds say little.
  const samples = await runInTurn(sides, { rounds, warmUps: quick ? 1 : 2 });
  await shop.close();

  printTable(
    ['', 'median', 'range', ''],
    [...samples].map(([name, values]) => {
      const { median, range } = spreadOf(values);
      const isLatency = name === LONE || name === PLAIN;
      const shown = (value: number): string => value.toFixed(isLatency ? 1 : 0);
      return [name, shown(median), range.map(shown).join('–'), isLatency ? 'µs' : 'a second'];
    }),
  );
  conclude(
    {
      name: 'orders',
      settings: { bout_ms: work.durationMs, batch: MAIN, peer_installed: peer !== undefined },
      comparisons: compare(samples, peer !== undefined),
      checks: work.checks,
      measured: Object.fromEntries(samples),
    },
    options,
  );
}

function ourName(inFlight: number, durability: Durability): string {
  return `inv, ${inFlight} in flight${durability === 'off' ? '' : `, log ${durability}`}`;
}

function peerName(durability: Durability): string {
  return durability === 'off' ? PEER : `${PEER}, log ${durability}`;
}

function compare(
  samples: ReadonlyMap<string, readonly number[]>,
  hasPeer: boolean,
): readonly Comparison[] {
  const against = (what: string, other: string, target?: Comparison['target']): Comparison => ({
    what,
    peer: other,
    ratio: pairedRatio(samplesOf(samples, what), samplesOf(samples, other)),
    ...(target === undefined ? {} : { target }),
  });
  const atPeer = (inFlight: number, durability: Durability): Comparison =>
    against(
      ourName(inFlight, durability),
      peerName(durability),
      inFlight === MAIN && durability === 'off' ? { id: 'P1', atLeast: 2.5 } : undefined,
    );
  return [
    ...(hasPeer ? IN_FLIGHT.map((inFlight) => atPeer(inFlight, 'off')) : []),
    ...(hasPeer ? [atPeer(MAIN, 'everysec'), atPeer(MAIN, 'always')] : []),
    ...(hasPeer ? [against(ourName(MAIN, 'off'), SEED)] : []),
    against(LONE, PLAIN, { id: 'P2', atMost: 1.15 }),
    against(ourName(MAIN, 'always'), ourName(MAIN, 'off'), { id: 'P3', atLeast: 0.6 }),
    against(ourName(MAIN, 'everysec'), ourName(MAIN, 'off')),
  ];
}

/** Callers that each wait for the own answer before they ask again. */
function ourSide(work: Bench, inFlight: number, durability: Durability): Side {
  const { shop, durationMs, checks } = work;
  const name = ourName(inFlight, durability);
  return {
    name,
    run: async (round) => {
      await shop.reopen(durability);
      let accepted = 0;
      const startedAt = performance.now();
      const order = async (): Promise<void> => {
        while (performance.now() - startedAt < durationMs) {
          const answer = await shop.gate.sell(shop.request(newId(work)));
          if (answer.status === 'sold' && !answer.replayed) accepted += 1;
          else checks.push(check(`${name}: answer`, answer, 'sold'));
        }
      };
      await Promise.all(Array.from({ length: inFlight }, order));
      const perSecond = (accepted / (performance.now() - startedAt)) * 1000;
      checks.push((await shop.audit(`${name}, round ${round}`, accepted)).check);
      return perSecond;
    },
  };
}

/** As many commands as the peer does in the time of a bout, by what it did the last time. */
async function peerSides(
  work: Bench,
  peer: RedisBenchmark,
  packageRoot: string,
): Promise<readonly Side[]> {
  const { shop, durationMs, checks } = work;
  const seed = await readFile(join(packageRoot, 'lua', 'seed-deduct.lua'), 'utf8');
  const side = (name: string, prepare: () => Promise<readonly string[]>, isOurs: boolean): Side => {
    let perSecond = 5000;
    return {
      name,
      run: async (round) => {
        const command = await prepare();
        const count = Math.max(1000, Math.round((perSecond * durationMs) / 1000));
        perSecond = await peer.run(command, count);
        if (isOurs) {
          const { sold, check: books } = await shop.audit(`${name}, round ${round}`, null);
          // It sends whole pipelines, so a few more than it is asked for.
          checks.push(books, check(`${name}: sold`, sold >= count && sold < count + 1000, true));
        }
        return perSecond;
      },
    };
  };
  const same = (durability: Durability): Side =>
    side(
      peerName(durability),
      async () => {
        await shop.reopen(durability);
        return shop.callOf(`bench-order-${RANDOM}-${RANDOM}`);
      },
      true,
    );
  const deduct = async (): Promise<readonly string[]> => {
    await shop.reopen('off');
    await shop.redis.set('bench:stock', '1000000000000');
    const sha = String(await shop.redis.script('LOAD', seed));
    return ['EVALSHA', sha, '1', 'bench:stock', '1', '0'];
  };
  return [...DURABILITIES.map(same), side(SEED, deduct, false)];
}

/** Microseconds of one request after the other, ours and by hand in turn. */
function loneSides(work: Bench): readonly Side[] {
  const { shop, durationMs, checks } = work;
  const side = (name: string, ask: (id: string) => Promise<boolean>): Side => ({
    name,
    run: async (round) => {
      await shop.reopen('off');
      const latencies: number[] = [];
      const startedAt = performance.now();
      while (performance.now() - startedAt < durationMs) {
        const id = newId(work);
        const sentAt = performance.now();
        const isSold = await ask(id);
        latencies.push((performance.now() - sentAt) * 1000);
        if (!isSold) checks.push(check(`${name}: answer`, 'refused', 'sold'));
      }
      checks.push((await shop.audit(`${name}, round ${round}`, latencies.length)).check);
      return quantile(Float64Array.from(latencies).sort(), 0.5);
    },
  });
  return [
    side(LONE, async (id) => (await shop.gate.sell(shop.request(id))).status === 'sold'),
    side(PLAIN, async (id) => {
      const [command = '', ...args] = shop.callOf(id);
      return String(await shop.redis.call(command, args)).startsWith('sold 0 ');
    }),
  ];
}

function newId(work: Bench): string {
  work.made += 1;
  return `bench-order-${String(work.made).padStart(25, '0')}`;
}
