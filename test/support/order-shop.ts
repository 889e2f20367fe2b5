import { randomUUID } from 'node:crypto';
import { createCatalogue } from '../../src/adapters/mysql/catalogue.ts';
import type { Database } from '../../src/adapters/mysql/database.ts';
import { createNamedLocks } from '../../src/adapters/mysql/named-locks.ts';
import { createPoolBooks } from '../../src/adapters/mysql/pools/pool-books.ts';
import type { PoolGateOptions } from '../../src/adapters/redis/pool/pool-gate.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { PoolTerms } from '../../src/domain/pool.ts';
import type { PoolGate } from '../../src/ports/pool-gate.ts';
import type { OrderDependencies, OrderLimits } from '../../src/services/orders/dependencies.ts';
import type { OrderRequest } from '../../src/services/orders/place-order.ts';
import { createPoolDirectory } from '../../src/services/orders/pool-directory.ts';
import type { PoolDependencies } from '../../src/services/pools/dependencies.ts';
import { openPool } from '../../src/services/pools/open-pool.ts';
import { recoverShard } from '../../src/services/pools/recover-shard.ts';
import type { ShownPool } from '../../src/services/pools/shown-pool.ts';
import { workOnce } from '../../src/worker/work-once.ts';
import type { WorkReport } from '../../src/worker/work-report.ts';
import { createConditional } from '../../src/strategies/conditional.ts';
import { testWrite } from './catalogue.ts';
import { testLimits } from './database.ts';
import { openGate } from './pool-gate.ts';
import type { GateBench } from './pool-gate.ts';
import { createPoolLedger } from './pool-ledger.ts';
import type { PoolLedger } from './pool-ledger.ts';

/** What a client of the shop may have of its own. */
export interface ClientOptions {
  readonly gate?: PoolGate;
  /** Its way to MySQL; null: MySQL is down for it. */
  readonly database?: Database | null;
  readonly fallback?: boolean;
  readonly recover?: boolean;
  readonly limits?: Partial<OrderLimits>;
}

/** Pools over a real MySQL and a real Redis, with clients that order from them. */
export interface OrderShop {
  readonly ledger: PoolLedger;
  readonly bench: GateBench;
  readonly pools: PoolDependencies;
  /** A process of its own that orders. `opened`: how often it has opened MySQL. */
  client(options?: ClientOptions): OrderDependencies & { readonly opened: { mysql: number } };
  /** A gate through another socket, or with other settings. */
  gate(options?: Partial<PoolGateOptions> & { readonly socket?: string }): PoolGate;
  /** A new product with so many units in its pool, and `outside` more beside it. */
  pool(
    units: number,
    options?: Partial<PoolTerms> & { readonly outside?: number; readonly buckets?: number },
  ): Promise<{ readonly sku: string; readonly shown: ShownPool }>;
  /** `inv worker once`. */
  settle(): Promise<WorkReport>;
  /** Units booked for a request id; null: nothing was. */
  booked(requestId: string): Promise<number | null>;
  onHand(sku: string): Promise<{ readonly onHand: number; readonly reserved: number }>;
  close(): Promise<void>;
}

const LIMITS: OrderLimits = {
  budgetMs: 5_000,
  retry: { attemptsMax: 3, baseMs: 20, factor: 2 },
};

const ORIGIN = { actor: 'tester', host: 'here', source: 'test' };

export async function createOrderShop({ shards = 1 } = {}): Promise<OrderShop> {
  const ledger = await createPoolLedger();
  const { database, target } = ledger.books.database;
  const sql: PoolLedger['books']['database']['sql'] = (...given) =>
    ledger.books.database.sql(...given);
  const bench = openGate({ shards });
  const pools: PoolDependencies = {
    books: createPoolBooks({ database, lossLimit: null }),
    catalogue: createCatalogue(database),
    gate: bench.gate,
    clock: systemClock,
    locks: createNamedLocks(target, testLimits),
    newId: randomUUID,
    settings: { batchEventsMax: 2000, retentionMs: 600_000 },
  };
  for (let shard = 0; shard < shards; shard += 1) await recoverShard(pools, shard);
  return {
    ledger,
    bench,
    pools,
    client: (options = {}) =>
      clientOf({ pools, database, another: () => bench.another() }, options),
    gate: ({ socket, ...settings } = {}) =>
      bench.another({ ...settings, ...(socket === undefined ? {} : { target: targetAt(socket) }) }),
    pool: async (units, { outside = 0, buckets = 1, ...terms } = {}) => {
      const { sku } = await ledger.stocked(units + outside);
      const request = { product: sku, location: 'MAIN', quantity: units, buckets };
      const opened = await openPool(
        pools,
        { ...request, terms: { ...NO_TERMS, ...terms } },
        testWrite(),
      );
      return { sku, shown: opened.pool };
    },
    settle: () =>
      workOnce(pools, { report: () => undefined, signal: new AbortController().signal }),
    booked: async (requestId) => {
      const [row] = await sql(
        `SELECT SUM(-m.quantity) AS units FROM postings p JOIN movements m ON m.posting_id = p.id
          WHERE p.request_id = ?`,
        [requestId],
      );
      const units: unknown = row?.['units'];
      return units === null ? null : Number(units);
    },
    onHand: async (sku) => {
      const [row] = await sql(
        `SELECT on_hand, reserved FROM stock s JOIN products p ON p.id = s.product_id WHERE p.sku = ?`,
        [sku],
      );
      return { onHand: Number(row?.['on_hand'] ?? 0), reserved: Number(row?.['reserved'] ?? 0) };
    },
    close: async () => {
      await bench.close();
      await ledger.close();
    },
  };
}

const NO_TERMS: PoolTerms = { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null };

function targetAt(socket: string): PoolGateOptions['target'] {
  const address = { socketPath: socket };
  return { label: socket, address, user: null, password: null, database: 0, tls: null };
}

function clientOf(
  shop: {
    readonly pools: PoolDependencies;
    readonly database: Database;
    readonly another: () => PoolGate;
  },
  options: ClientOptions,
): OrderDependencies & { readonly opened: { mysql: number } } {
  const { fallback = false, recover = false, limits } = options;
  const opened = { mysql: 0 };
  const gateOfClient = options.gate ?? shop.another();
  const gate = () => Promise.resolve(gateOfClient);
  const database = (): Promise<Database> => {
    opened.mysql += 1;
    if (options.database === null) return Promise.reject(new Error('MySQL is not to be asked'));
    return Promise.resolve(options.database ?? shop.database);
  };
  const books = async () => createPoolBooks({ database: await database(), lossLimit: null });
  return {
    opened,
    gate,
    directory: createPoolDirectory({ gate, books, clock: systemClock }),
    books,
    catalogue: async () => createCatalogue(await database()),
    fallback: fallback
      ? async () =>
          createConditional({ database: await database(), clock: systemClock, attemptsMax: 50 })
      : null,
    recover: recover ? (shard) => recoverShard(shop.pools, shard) : null,
    clock: systemClock,
    origin: ORIGIN,
    limits: { ...LIMITS, ...limits },
  };
}

let requests = 0;

/** An order as the command line makes it; a request id of its own unless it is given. */
export function orderOf(product: string, changes: Partial<OrderRequest> = {}): OrderRequest {
  requests += 1;
  return {
    requestId: `order-${requests}`,
    isFresh: changes.requestId === undefined,
    product,
    location: 'MAIN',
    quantity: 1,
    buyer: null,
    reference: null,
    holdMs: null,
    ...changes,
  };
}
