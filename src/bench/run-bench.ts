import { InvError } from '../lib/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Contestant } from './contestant.ts';
import { fight } from './fight.ts';
import type { Bout } from './fight.ts';
import { judgeBooks } from './judge-books.ts';
import type { BooksFacts, BooksVerdict } from './judge-books.ts';
import { createWorkload } from './workload.ts';

export interface BenchSettings {
  readonly seed: number;
  readonly rounds: number;
  readonly writers: number;
  readonly products: number;
  /** Units of each product when a timed bout begins. */
  readonly stock: number;
  readonly durationMs: number;
  readonly requestsMax: number;
}

/** Running totals of the machine. */
export interface Meters {
  /** CPU of this process and of the servers, in milliseconds; null = cannot be told. */
  readonly cpuMs: {
    readonly client: number;
    readonly mysql: number | null;
    readonly redis: number | null;
  };
  /** Deadlocks that the server has resolved; null = it does not count them. */
  readonly deadlocks: number | null;
}

/** The stores as the bench uses them: a place of its own, where nothing else happens. */
export interface BenchPlace {
  /** Makes every product have so many units, none of them promised. */
  stockUp(units: number): Promise<void>;
  /** What the books say now of the requests whose ids begin so. */
  facts(requestPrefix: string): Promise<{
    readonly onHand: readonly number[];
    readonly booked: BooksFacts['booked'];
  }>;
  meters(): Promise<Meters>;
}

/**
 * Timed bouts count in figures and verdict. The first one of each contestant prepares statements and
 * fills caches: that and the bouts for the last units count in the verdict alone.
 */
export type BoutKind = 'timed' | 'warm-up' | 'last units';

export interface JudgedBout {
  readonly contestant: Contestant;
  readonly kind: BoutKind;
  readonly round: number;
  readonly bout: Bout;
  readonly verdict: BooksVerdict;
  readonly retries: number;
  readonly spent: Meters;
  /** From the last answer until the books had everything. */
  readonly settleMs: number;
}

export interface BenchRun {
  readonly place: BenchPlace;
  readonly contestants: readonly Contestant[];
  readonly settings: BenchSettings;
  readonly run: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onBout: (done: number) => void;
}

/** Units of each product that writers compete for once a round: there are too few for all of them. */
const LAST_UNITS = 40;
/** Products that they compete for: more would only take longer. */
const LAST_UNITS_PRODUCTS_MAX = 8;
const LAST_UNITS_REQUESTS_MIN = 64;
const WARM_UP_MS = 500;

/**
 * Plays every contestant once a round, in turn (A B C A B C …), on the same stock and the same
 * requests, and has each bout judged by the books. One round more than asked for comes first, to warm up.
 * @throws InvError INTERRUPTED when the signal comes, and whatever the place throws
 */
export async function runBench(bench: BenchRun): Promise<readonly JudgedBout[]> {
  const { contestants, settings, onBout } = bench;
  const bouts: JudgedBout[] = [];
  for (let round = 0; round <= settings.rounds; round += 1) {
    for (const contestant of contestants) {
      bouts.push(await playTimed(bench, contestant, round));
      onBout(bouts.length);
      bouts.push(await playLastUnits(bench, contestant, round));
      onBout(bouts.length);
    }
  }
  return bouts;
}

function playTimed(bench: BenchRun, contestant: Contestant, round: number): Promise<JudgedBout> {
  const { stock, products, durationMs, requestsMax } = bench.settings;
  return play(bench, contestant, {
    ...{ round, kind: round > 0 ? 'timed' : 'warm-up', stock, products, requestsMax },
    durationMs: round > 0 ? durationMs : Math.min(durationMs, WARM_UP_MS),
  });
}

function playLastUnits(
  bench: BenchRun,
  contestant: Contestant,
  round: number,
): Promise<JudgedBout> {
  // Quantities are two units on average: twice as many requests as units sell everything out.
  const products = Math.min(bench.settings.products, LAST_UNITS_PRODUCTS_MAX);
  const requests = Math.max(LAST_UNITS_REQUESTS_MIN, LAST_UNITS * products);
  return play(bench, contestant, {
    ...{ round, kind: 'last units', stock: LAST_UNITS, products },
    ...{ requestsMax: requests, durationMs: Infinity },
  });
}

interface BoutPlan {
  readonly round: number;
  readonly kind: BoutKind;
  readonly stock: number;
  /** The first so many are asked for. */
  readonly products: number;
  readonly requestsMax: number;
  readonly durationMs: number;
}

async function play(
  { place, settings, run, clock, signal }: BenchRun,
  contestant: Contestant,
  { round, kind, stock, products, requestsMax, durationMs }: BoutPlan,
): Promise<JudgedBout> {
  const prefix = `${run}.${contestant.name}.${kind === 'last units' ? 'l' : 't'}${String(round)}.`;
  await place.stockUp(stock);
  await contestant.open?.(stock, products);
  const next = createWorkload({
    seed: settings.seed,
    part: `${kind} ${String(round)}`,
    products,
    prefix,
  });
  const before = await place.meters();
  const retriesBefore = contestant.retries();
  const bout = await fight(contestant, {
    ...{ next, writers: settings.writers, durationMs, requestsMax, clock, signal },
  });
  if (signal.aborted) throw interrupted();
  const retries = contestant.retries() - retriesBefore;
  const spent = since(before, await place.meters());
  const endedAtMs = clock.monotonic();
  await contestant.settle?.();
  const settleMs = clock.monotonic() - endedAtMs;
  const { onHand, booked } = await place.facts(prefix);
  const levels = onHand.map((units) => ({ supply: stock, onHand: units }));
  const verdict = judgeBooks(bout.requests, { products: levels, booked });
  return { contestant, kind, round, bout, verdict, retries, spent, settleMs };
}

function since(before: Meters, after: Meters): Meters {
  const less = (one: number | null, other: number | null): number | null =>
    one === null || other === null ? null : one - other;
  return {
    cpuMs: {
      client: after.cpuMs.client - before.cpuMs.client,
      mysql: less(after.cpuMs.mysql, before.cpuMs.mysql),
      redis: less(after.cpuMs.redis, before.cpuMs.redis),
    },
    deadlocks: less(after.deadlocks, before.deadlocks),
  };
}

function interrupted(): InvError {
  return new InvError('INTERRUPTED', 'interrupted; what the bench had made is removed');
}
