import { createStockReader } from '../../src/adapters/mysql/stock-reader.ts';
import type { Database } from '../../src/adapters/mysql/database.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { keyText } from '../../src/domain/decide.ts';
import { QUANTITY_MAX } from '../../src/domain/parse/quantity.ts';
import type { PostingDraft, PostingLine, PostingOutcome } from '../../src/domain/posting.ts';
import { InvError } from '../../src/lib/errors.ts';
import type { PoolGate } from '../../src/ports/pool-gate.ts';
import type { PostingStrategy, PostOptions } from '../../src/ports/posting-strategy.ts';
import type { OrderDependencies } from '../../src/services/orders/dependencies.ts';
import { createPoolDirectory } from '../../src/services/orders/pool-directory.ts';
import { recallDraft, sellDraft } from '../../src/services/orders/sell-draft.ts';
import { autoOpenPool } from '../../src/services/pools/auto-open-pool.ts';
import { closePool } from '../../src/services/pools/close-pool.ts';
import { openPool } from '../../src/services/pools/open-pool.ts';
import { topUpPool } from '../../src/services/pools/top-up-pool.ts';
import { createLua } from '../../src/strategies/lua.ts';
import { testWrite } from './catalogue.ts';
import type { PoolParts } from './pool-parts.ts';
import { createStrategy } from './strategies.ts';

/**
 * What the operator puts into a pool before a sale. `whole`: all that is available. `each`: what the
 * draft asks for. `drain`: the same, and the pool is closed after it, so that the books show no trace.
 */
export type Fill = 'whole' | 'each' | 'drain';

interface House {
  readonly database: Database;
  readonly parts: PoolParts;
  readonly fill: Fill;
}

const TERMS = { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null };
const EVERYTHING = Number.MAX_SAFE_INTEGER;

/** The strategy `lua` with an operator who fills its pools and a worker who settles its sales. */
export function luaWithOperator(house: House): PostingStrategy {
  const alone = createQueue();
  const strategy = openLua(house);
  return {
    name: 'lua',
    post: async (drafts, options) => {
      if (isMixed(drafts) && !options.atomic && !options.dryRun) {
        const outcomes: PostingOutcome[] = [];
        for (const draft of drafts) {
          outcomes.push(...(await postWithOperator(house, { strategy, alone }, [draft], options)));
        }
        return outcomes;
      }
      return postWithOperator(house, { strategy, alone }, drafts, options);
    },
  };
}

/** The strategy alone. @param ownGate its way to Redis, where it has one of its own */
export function openLua(
  { database, parts }: Pick<House, 'database' | 'parts'>,
  ownGate: PoolGate = parts.pools.gate,
): PostingStrategy {
  const { pools } = parts;
  const gate = () => Promise.resolve(ownGate);
  const books = () => Promise.resolve(pools.books);
  const origin = { actor: 'operator', host: 'here', source: 'test' };
  const orders: OrderDependencies = {
    gate,
    directory: createPoolDirectory({ gate, books, clock: systemClock }),
    books,
    catalogue: () => Promise.resolve(pools.catalogue),
    fallback: null,
    recover: null,
    clock: systemClock,
    origin,
    limits: { budgetMs: 10_000, retry: { attemptsMax: 3, baseMs: 20, factor: 2 } },
  };
  const stock = createStockReader(database);
  const unitsMax = EVERYTHING;
  const seller = {
    orders,
    openPool: (place: Parameters<typeof autoOpenPool>[1]) =>
      autoOpenPool({ ...pools, stock, origin, unitsMax }, place),
  };
  return createLua({
    sell: (draft, line, options) => sellDraft(seller, draft, line, options),
    recall: (draft, line) => recallDraft(orders, draft, line),
    conditional: createStrategy('conditional', database),
    inFlightMax: 64,
  });
}

async function postWithOperator(
  house: House,
  { strategy, alone }: { readonly strategy: PostingStrategy; readonly alone: Queue },
  drafts: readonly PostingDraft[],
  options: PostOptions,
): Promise<readonly PostingOutcome[]> {
  const isForPools = drafts.length === 1 || !options.atomic;
  const lines = isForPools ? drafts.filter(isPoolable).flatMap((draft) => draft.lines) : [];
  for (const line of lines) await alone(() => fillPool(house, line));
  const outcomes = await strategy.post(drafts, options);
  const isSold = outcomes.some(({ status }) => status === 'settling');
  if (isSold && !options.dryRun) await alone(() => house.parts.settle());
  if (house.fill === 'drain') for (const line of lines) await alone(() => drainPool(house, line));
  return Promise.all(outcomes.map((outcome) => asBooked(house, outcome, options)));
}

/** What the strategy itself takes for a sale from a pool. */
function isPoolable({ kind, lines, reversesId }: PostingDraft): boolean {
  const [line] = lines;
  const isSmall = line !== undefined && -line.quantity <= QUANTITY_MAX;
  return kind === 'out' && lines.length === 1 && reversesId === null && isSmall;
}

/** In and out of one place in one batch: the pool is filled between them. */
function isMixed(drafts: readonly PostingDraft[]): boolean {
  const others = new Set(
    drafts.filter((draft) => !isPoolable(draft)).flatMap(({ lines }) => lines.map(keyText)),
  );
  return drafts.some(
    (draft) => isPoolable(draft) && draft.lines.some((line) => others.has(keyText(line))),
  );
}

async function fillPool({ database, parts, fill }: House, line: PostingLine): Promise<void> {
  const { pools } = parts;
  const { onHand, reserved } = await levelOf(database, line);
  const available = onHand - reserved;
  const quantity = fill === 'whole' ? available : Math.min(available, -line.quantity);
  if (quantity <= 0) return;
  const { productId, locationId, sku, location } = line;
  const live = await pools.books.buckets({ productId, locationId, includeClosed: false });
  const request = { product: sku, location, quantity };
  try {
    if (live.length > 0) await topUpPool(pools, request, testWrite());
    else await openPool(pools, { ...request, buckets: 1, terms: TERMS }, testWrite());
  } catch (error) {
    // Others took it first, or it does not move any more: the strategy will say so itself.
    const isRefused = error instanceof InvError && error.exitCode === 3;
    if (!isRefused) throw error;
  }
}

async function drainPool({ parts }: House, line: PostingLine): Promise<void> {
  const { pools } = parts;
  const { productId, locationId, sku, location } = line;
  const live = await pools.books.buckets({ productId, locationId, includeClosed: false });
  if (live.length === 0) return;
  const closed = await closePool(pools, { product: sku, location }, testWrite(), {
    waitMs: 10_000,
  });
  if (closed.pool.state !== 'closed') throw new Error(`the pool of ${sku} did not close`);
}

/** The outcome as the other strategies give it, with what the ledger says of a sale. */
async function asBooked(
  { database, parts }: House,
  outcome: PostingOutcome,
  { dryRun }: PostOptions,
): Promise<PostingOutcome> {
  if (outcome.status === 'settling') {
    const { posting, replayed } = outcome;
    const [movement] = posting.movements;
    if (dryRun && movement !== undefined) {
      const { sku, location, quantity } = movement;
      const onHandBefore = (await levelOf(database, { sku, location })).onHand;
      const numbers = { onHandBefore, onHandAfter: onHandBefore + quantity, availableAfter: 0 };
      return {
        status: 'posted',
        posting: { ...posting, id: 0, movements: [{ ...movement, id: 0, ...numbers }] },
      };
    }
    const known = await parts.pools.books.lookup(posting.requestId);
    if (known.status !== 'booked') throw new Error(`${posting.requestId} is ${known.status}`);
    return { status: replayed ? 'replayed' : 'posted', posting: known.posting };
  }
  if (outcome.status !== 'pool_refused' || outcome.available === null) return outcome;
  const { sku, location, wanted, available } = outcome;
  const { onHand } = await levelOf(database, { sku, location });
  const shortage = { sku, location, wanted, onHand, reserved: onHand - available };
  return { status: 'insufficient', shortages: [shortage] };
}

async function levelOf(
  database: Database,
  { sku, location }: Pick<PostingLine, 'sku' | 'location'>,
): Promise<{ readonly onHand: number; readonly reserved: number }> {
  return database.read(async (session) => {
    const [row] = await session.rows<{ on_hand: number; reserved: number }>(
      `SELECT s.on_hand, s.reserved FROM stock s
         JOIN products p ON p.id = s.product_id JOIN locations l ON l.id = s.location_id
        WHERE p.sku = CAST(? AS BINARY) AND l.code = CAST(? AS BINARY)`,
      [sku, location],
    );
    return { onHand: row?.on_hand ?? 0, reserved: row?.reserved ?? 0 };
  });
}

type Queue = <T>(work: () => Promise<T>) => Promise<T>;

/** One after the other: an operator and a worker have two hands each. */
function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
}
