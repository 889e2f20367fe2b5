import {
  beginInvocation,
  createHistory,
  endInvocation,
  writeRequest,
} from '../../../src/loadtest/history/history.ts';
import type { History, InvocationKind } from '../../../src/loadtest/history/history.ts';
import type { Outcome } from '../../../src/loadtest/history/outcome.ts';
import { createBooksTally } from '../../../src/loadtest/verdict/books-tally.ts';
import type { InvariantResult } from '../../../src/loadtest/verdict/invariant.ts';
import { judge } from '../../../src/loadtest/verdict/judge.ts';
import { createIds } from '../../../src/loadtest/workload/ids.ts';
import { planSettings } from '../../../src/loadtest/workload/plan-settings.ts';
import { must } from '../../../src/domain/parse/parsed.ts';
import type { LoadAction } from '../../../src/ports/load-target.ts';
import type { LoadFacts, ProductFacts, SettledRow } from '../../../src/ports/load-books.ts';

/** One start with its answer; `at` is when it was sent and when the answer came, in milliseconds. */
export interface Told {
  readonly request: number;
  readonly buyer: number;
  readonly quantity: number;
  readonly action: LoadAction;
  readonly kind: InvocationKind;
  readonly outcome: Outcome;
  readonly replayed?: boolean;
  readonly at: readonly [number, number];
}

/** A run as the generator saw it, and what the stores say of it. */
export interface Scene {
  readonly told: readonly Told[];
  readonly rows: readonly SettledRow[];
  readonly facts: LoadFacts;
  readonly perBuyer: number | null;
  readonly remainingMin: number | null;
  /** Requests of the warm-up. */
  readonly warmUp?: readonly number[];
}

const HOLD_MS = 100;
const ids = createIds('lt-scene');
export const idOf = (request: number): string => ids.request(request);

const row = (request: number, quantity: number, onHandAfter: number): SettledRow => ({
  requestId: idOf(request),
  product: 0,
  quantity,
  onHandAfter,
});

const PRODUCT: ProductFacts = {
  product: 0,
  sku: 'LT-1',
  forSale: 10,
  buckets: 1,
  stock: { onHandBefore: 10, onHandAfter: 0, reservedAfter: 0 },
  pool: {
    delegated: 10,
    settledCum: 10,
    sold: 10,
    returned: 0,
    duplicates: 0,
    short: 0,
    quarantine: 0,
  },
  gate: { delegated: 10, avail: 0, held: 0, cum: 10, isSound: true },
};

/**
 * Ten units: an order with a second click, a hold that is confirmed, one that is cancelled, one that
 * expires, a buyer stopped by his limit, an answer that was lost and found, the last order, one too late.
 */
export const CLEAN: Scene = {
  told: [
    order({ request: 0, buyer: 1, quantity: 2, outcome: 'accepted', at: [10, 12] }),
    {
      ...order({ request: 0, buyer: 1, quantity: 2, outcome: 'accepted', at: [15, 16] }),
      ...{ kind: 'double', replayed: true },
    },
    hold({ request: 1, buyer: 2, quantity: 3, at: [20, 21] }),
    {
      ...hold({ request: 1, buyer: 2, quantity: 3, at: [30, 31] }),
      ...{ action: 'confirm', kind: 'confirm', outcome: 'accepted' },
    },
    hold({ request: 2, buyer: 3, quantity: 3, at: [40, 41] }),
    {
      ...hold({ request: 2, buyer: 3, quantity: 3, at: [50, 51] }),
      ...{ action: 'cancel', kind: 'cancel', outcome: 'cancelled' },
    },
    hold({ request: 3, buyer: 4, quantity: 2, at: [60, 61] }),
    order({ request: 4, buyer: 1, quantity: 2, outcome: 'limit', at: [70, 71] }),
    order({ request: 5, buyer: 5, quantity: 3, outcome: 'unknown', at: [80, 90] }),
    order({ request: 6, buyer: 6, quantity: 2, outcome: 'accepted', at: [200, 201] }),
    order({ request: 7, buyer: 7, quantity: 1, outcome: 'sold_out', at: [300, 301] }),
    {
      ...order({ request: 5, buyer: 5, quantity: 3, outcome: 'accepted', at: [400, 401] }),
      ...{ kind: 'resolve', replayed: true },
    },
  ],
  rows: [row(0, 2, 8), row(1, 3, 5), row(5, 3, 2), row(6, 2, 0)],
  facts: { products: [PRODUCT], unsettled: 0, parked: 0 },
  perBuyer: 3,
  remainingMin: 0,
};

/** The scene with its one product changed. */
export function withProduct(change: {
  readonly [K in keyof ProductFacts]?: Partial<ProductFacts[K]> | ProductFacts[K];
}): Scene {
  const merged = Object.fromEntries(
    Object.entries({ ...PRODUCT, ...change }).map(([key, value]) => {
      const before: unknown = Reflect.get(PRODUCT, key);
      const isPart = typeof value === 'object' && value !== null && typeof before === 'object';
      return [key, isPart ? { ...before, ...value } : value];
    }),
  ) as unknown as ProductFacts;
  return { ...CLEAN, facts: { ...CLEAN.facts, products: [merged] } };
}

/** The scene with some starts changed, by what they are. */
export function withTold(
  which: (told: Told) => boolean,
  change: Partial<Told>,
  scene: Scene = CLEAN,
): Scene {
  return {
    ...scene,
    told: scene.told.map((told) => (which(told) ? { ...told, ...change } : told)),
  };
}

export function verdictOf(scene: Scene): readonly InvariantResult[] {
  const settings = must(
    planSettings({ seed: 1, perBuyer: scene.perBuyer, holdMs: HOLD_MS }),
    'options',
  );
  const history = historyOf(scene.told, scene.warmUp);
  const tally = createBooksTally(history, { ids, products: 1 });
  for (const settled of scene.rows) tally.take(settled);
  const { facts, remainingMin } = scene;
  return judge({ settings, history, ids, books: tally.books(), facts, remainingMin });
}

export function historyOf(told: readonly Told[], warmUp: readonly number[] = []): History {
  const history = createHistory({ starts: told.length, requests: told.length });
  const written = new Set<number>();
  for (const { request, buyer, quantity, action, kind, outcome, replayed, at } of told) {
    const [startedMs, answeredMs] = at;
    if (!written.has(request)) {
      const isHold = action === 'hold';
      writeRequest(history, {
        ...{ request, buyer, quantity, product: 0, chain: request, earlier: null },
        ...{ atMs: startedMs, kind: 'first', isShared: true, isWarmUp: warmUp.includes(request) },
        action: isHold ? 'hold' : 'order',
      });
      written.add(request);
    }
    const begun = { request, kind, action, intendedMs: startedMs, startedMs };
    const begunRow = beginInvocation(history, begun);
    endInvocation(history, begunRow, { outcome, isReplay: replayed === true, answeredMs });
  }
  return history;
}

function order(told: Omit<Told, 'action' | 'kind'>): Told {
  return { ...told, action: 'order', kind: 'first' };
}

function hold(told: Omit<Told, 'action' | 'kind' | 'outcome'>): Told {
  return { ...told, action: 'hold', kind: 'first', outcome: 'held' };
}
