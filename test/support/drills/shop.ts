import { randomUUID } from 'node:crypto';
import { createCatalogue } from '../../../src/adapters/mysql/catalogue.ts';
import { openDatabase } from '../../../src/adapters/mysql/database.ts';
import { createNamedLocks } from '../../../src/adapters/mysql/named-locks.ts';
import { createPoolBooks } from '../../../src/adapters/mysql/pools/pool-books.ts';
import type { MysqlLimits, MysqlTarget } from '../../../src/adapters/mysql/target.ts';
import { createPoolGate } from '../../../src/adapters/redis/pool/pool-gate.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import { EXIT_CODES, InvError } from '../../../src/lib/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { WriteContext } from '../../../src/ports/write-context.ts';
import type { OrderDependencies } from '../../../src/services/orders/dependencies.ts';
import { createPoolDirectory } from '../../../src/services/orders/pool-directory.ts';
import { placeOrder } from '../../../src/services/orders/place-order.ts';
import type { OrderRequest } from '../../../src/services/orders/place-order.ts';
import type { PoolDependencies } from '../../../src/services/pools/dependencies.ts';
import { openPool } from '../../../src/services/pools/open-pool.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { createConditional } from '../../../src/strategies/conditional.ts';
import { workOnce } from '../../../src/worker/work-once.ts';
import type { WorkReport } from '../../../src/worker/work-report.ts';
import type { Answer, Order } from './history.ts';
import { promisedBy } from './promised-by.ts';

/** The use cases of pools on real stores, in this process: for volume. */
export interface Shop {
  readonly orders: OrderDependencies;
  readonly pools: PoolDependencies;
  readonly place: (order: Order, changes?: Partial<OrderRequest>) => Promise<Answer>;
  open(sku: string, quantity: number, buckets?: number): Promise<void>;
  /** One round of the worker over everything; what it reports is kept in `lines`. */
  work(): Promise<WorkReport>;
  /** All that the workers of this shop have said. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

export interface ShopOptions {
  /** Where the package's lua/ is. */
  readonly packageRoot: string;
  readonly mysql: MysqlTarget;
  readonly redisSocket: string;
  /** More nodes of its cluster. */
  readonly redisNodes?: readonly { readonly host: string; readonly port: number }[];
  readonly keyPrefix: string;
  readonly limits?: Partial<MysqlLimits>;
  readonly budgetMs?: number;
  readonly retentionMs?: number;
  readonly commandTimeoutMs?: number;
  readonly lossLimit?: number;
  readonly shards?: number;
  readonly batchEventsMax?: number;
  readonly isRecovering?: boolean;
  /** Sells from the units outside of the pools where Redis does not answer. */
  readonly isFallingBack?: boolean;
  /** Milliseconds that the clock of its machine is ahead. */
  readonly clockAheadMs?: number;
}

const LIMITS: MysqlLimits = {
  poolSizeMax: 8,
  queueSizeMax: 4096,
  acquireTimeoutMs: 20_000,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 20_000,
  lockWaitTimeoutMs: 10_000,
  transactionAttemptsMax: 20,
};

export async function openShop(options: ShopOptions): Promise<Shop> {
  const { mysql, redisSocket, keyPrefix, packageRoot } = options;
  const limits = { ...LIMITS, ...options.limits };
  const clock = clockAhead(options.clockAheadMs ?? 0);
  const database = await openDatabase({ target: mysql, limits, clock });
  const gate = createPoolGate({
    packageRoot,
    target: {
      label: redisSocket,
      address: { socketPath: redisSocket },
      otherNodes: options.redisNodes ?? [],
      user: null,
      password: null,
      database: 0,
      tls: null,
    },
    limits: { connectTimeoutMs: 2_000, commandTimeoutMs: options.commandTimeoutMs ?? 5_000 },
    clock,
    keyPrefix,
    shards: options.shards ?? 1,
    retentionMs: options.retentionMs ?? 600_000,
    backlogEntriesMax: 1_000_000,
    batchRequestsMax: 256,
    callsInFlightMax: 4,
  });
  const pools: PoolDependencies = {
    books: createPoolBooks({ database, lossLimit: options.lossLimit ?? null }),
    gate,
    clock,
    locks: createNamedLocks(mysql, limits),
    newId: randomUUID,
    settings: {
      batchEventsMax: options.batchEventsMax ?? 2_000,
      retentionMs: options.retentionMs ?? 600_000,
    },
    catalogue: createCatalogue(database),
  };
  const fallback = createConditional({ database, clock, attemptsMax: 50 });
  const books = () => Promise.resolve(pools.books);
  const orders: OrderDependencies = {
    gate: () => Promise.resolve(gate),
    directory: createPoolDirectory({ gate: () => Promise.resolve(gate), books, clock }),
    books,
    catalogue: () => Promise.resolve(pools.catalogue),
    fallback: (options.isFallingBack ?? false) ? () => Promise.resolve(fallback) : null,
    recover: (options.isRecovering ?? true) ? (shard) => recoverShard(pools, shard) : null,
    clock,
    origin: { actor: 'tester', host: 'here', source: 'test' },
    limits: {
      budgetMs: options.budgetMs ?? 10_000,
      retry: { attemptsMax: 3, baseMs: 100, factor: 2 },
    },
  };
  const lines: string[] = [];
  return {
    orders,
    pools,
    lines,
    place: (order, changes = {}) => answerTo(orders, { ...requestFor(order), ...changes }),
    open: async (sku, quantity, buckets = 1) => {
      const terms = { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null };
      const place = { product: sku, location: 'MAIN' };
      await openPool(pools, { ...place, quantity, buckets, terms }, testWrite());
    },
    work: () =>
      workOnce(pools, {
        report: ({ text }) => lines.push(text),
        signal: new AbortController().signal,
      }),
    close: async () => {
      await gate.disconnect();
      await database.close();
    },
  };
}

function clockAhead(milliseconds: number): Clock {
  return { ...systemClock, now: () => systemClock.now() + milliseconds };
}

/** A write of its own. */
export function testWrite(requestId: string = randomUUID()): WriteContext {
  const origin = { actor: 'tester', host: 'here', source: 'test' };
  return { requestId, origin, dryRun: false };
}

function requestFor({ requestId, sku, quantity, buyer }: Order): OrderRequest {
  return {
    requestId,
    isFresh: false,
    product: sku,
    location: 'MAIN',
    quantity,
    buyer: buyer ?? null,
    reference: null,
    holdMs: null,
  };
}

/** As the command line would answer: an error is its exit code. */
async function answerTo(orders: OrderDependencies, request: OrderRequest): Promise<Answer> {
  return asAnswer(() => placeOrder(orders, request, { dryRun: false }));
}

/** What a use case came to, as the command line would say it. */
export async function asAnswer(work: () => Promise<unknown>): Promise<Answer> {
  try {
    const output = JSON.stringify(await work());
    return { promised: 'accepted', detail: '0', output };
  } catch (error) {
    if (!(error instanceof InvError)) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { promised: 'broken', detail: text, output: '' };
    }
    const { code, message, hint = '' } = error;
    const promised = promisedBy(EXIT_CODES[code]);
    return { promised, detail: code, output: `${message} ${hint}` };
  }
}
