import { randomUUID } from 'node:crypto';
import { createCatalogue } from '../../src/adapters/mysql/catalogue.ts';
import { createNamedLocks } from '../../src/adapters/mysql/named-locks.ts';
import { createPoolBooks } from '../../src/adapters/mysql/pools/pool-books.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { PoolBucket, PoolTerms, SaleNote } from '../../src/domain/pool.ts';
import type { SaleAnswer } from '../../src/ports/pool-gate.ts';
import type { PoolDependencies, ShardSettings } from '../../src/services/pools/dependencies.ts';
import { openPool } from '../../src/services/pools/open-pool.ts';
import type { ChangedPool } from '../../src/services/pools/change-pool.ts';
import { workOnce } from '../../src/worker/work-once.ts';
import type { WorkReport } from '../../src/worker/work-report.ts';
import { testWrite } from './catalogue.ts';
import { testLimits } from './database.ts';
import { holdOf, NOTE, openGate, sale } from './pool-gate.ts';
import type { GateBench } from './pool-gate.ts';
import { saleFingerprint } from './pool-events.ts';
import { createPoolLedger, noTerms } from './pool-ledger.ts';
import type { PoolLedger } from './pool-ledger.ts';

/** Books in MySQL and pools in Redis, both real, with everything that the use cases need. */
export interface PoolHouse {
  readonly ledger: PoolLedger;
  readonly bench: GateBench;
  readonly deps: PoolDependencies;
  /** What the workers of this house have said. */
  readonly lines: string[];
  /** A product with so many units, all of them in a pool of so many buckets. */
  open(
    units: number,
    options?: Partial<PoolTerms> & { readonly buckets?: number },
  ): Promise<ChangedPool>;
  /** One sale in the pool's first bucket, by the generation that Redis has. */
  sell(requestId: string, quantity?: number, options?: SellOptions): Promise<SaleAnswer>;
  /** Sales of one unit each, by requests `name-0`, `name-1`, … at once; all of them must succeed. */
  sellMany(name: string, count: number): Promise<void>;
  hold(
    requestId: string,
    quantity: number,
    deadlineMs: number,
    options?: SellOptions,
  ): Promise<SaleAnswer>;
  /** `inv worker once`. */
  once(): Promise<WorkReport>;
  bucket(id?: number): Promise<PoolBucket>;
  /** Deletes keys of shard 0 in Redis, as an operator or FLUSHALL would. */
  lose(pattern: string): Promise<void>;
  /** Signed units of each posting of a sale or a recovery, by request id. */
  booked(): Promise<Readonly<Record<string, number>>>;
  /** Everything that must hold of the books at any time, and that they add up to what was there. */
  violations(units: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface SellOptions {
  readonly bucketId?: number;
  readonly buyer?: string;
}

export interface HouseOptions {
  readonly lossLimit?: number | null;
  readonly socket?: string;
  readonly shards?: number;
  readonly settings?: Partial<ShardSettings>;
  /** Keys of another house: its Redis, with books of this one's own. */
  readonly keyPrefix?: string;
}

export async function createPoolHouse(options: HouseOptions = {}): Promise<PoolHouse> {
  const { lossLimit = null, shards = 1, socket, keyPrefix } = options;
  const ledger = await createPoolLedger({ lossLimit });
  const { database, target } = ledger.books.database;
  const bench = openGate({
    shards,
    ...(socket === undefined ? {} : { socket }),
    ...(keyPrefix === undefined ? {} : { keyPrefix }),
  });
  const lines: string[] = [];
  const deps: PoolDependencies = {
    books: createPoolBooks({ database, lossLimit }),
    gate: bench.gate,
    clock: systemClock,
    locks: createNamedLocks(target, testLimits),
    newId: randomUUID,
    settings: { batchEventsMax: 2000, retentionMs: 600_000, ...options.settings },
    catalogue: createCatalogue(database),
  };
  const bucket = async (id?: number): Promise<PoolBucket> => {
    const buckets = await deps.books.buckets({ includeClosed: true });
    const found = buckets.find((one) => id === undefined || one.id === id);
    if (found === undefined) throw new Error('there is no such bucket');
    return found;
  };
  const requestOf = async (
    requestId: string,
    quantity: number,
    { bucketId, buyer = null }: { readonly bucketId?: number; readonly buyer?: string | null },
  ) => {
    const { id, shard } = await bucket(bucketId);
    const generation = (await deps.gate.readEvents(shard, END, 1)).generation ?? 0;
    const note: SaleNote = { ...NOTE, buyer };
    const fingerprint = saleFingerprint(quantity, note);
    const place = { shard, generation, bucketId: id, isRetry: true };
    return { requestId, quantity, fingerprint, note, ...place };
  };
  return {
    ledger,
    bench,
    deps,
    lines,
    open: async (units, { buckets = 1, ...terms } = {}) => {
      const { sku } = await ledger.stocked(units);
      const request = { product: sku, location: 'MAIN', quantity: units, buckets };
      return openPool(deps, { ...request, terms: { ...noTerms, ...terms } }, testWrite());
    },
    sell: async (requestId, quantity = 1, given = {}) =>
      deps.gate.sell(sale(requestId, await requestOf(requestId, quantity, given))),
    sellMany: async (name, count) => {
      const request = await requestOf(name, 1, {});
      const ids = Array.from({ length: count }, (_, at) => `${name}-${at}`);
      const answers = await Promise.all(
        ids.map((requestId) => deps.gate.sell(sale(requestId, { ...request, requestId }))),
      );
      const refused = answers.find(({ status }) => status !== 'sold');
      if (refused !== undefined) throw new Error(`not sold: ${JSON.stringify(refused)}`);
    },
    hold: async (requestId, quantity, deadlineMs, given = {}) =>
      deps.gate.hold(
        holdOf(requestId, { ...(await requestOf(requestId, quantity, given)), deadlineMs }),
      ),
    once: () =>
      workOnce(deps, {
        report: ({ text }) => lines.push(text),
        signal: new AbortController().signal,
      }),
    bucket,
    lose: async (pattern) => {
      await bench.redis.del(...(await bench.redis.keys(bench.key(pattern))));
    },
    booked: async () => {
      const rows = await ledger.books.database.sql(
        `SELECT CAST(p.request_id AS CHAR) AS id, SUM(m.quantity) AS units
           FROM postings p JOIN movements m ON m.posting_id = p.id
          WHERE p.kind IN ('sale', 'out', 'recovered') GROUP BY p.id ORDER BY p.id`,
      );
      return Object.fromEntries(rows.map((row) => [String(row['id']), Number(row['units'])]));
    },
    violations: (units) => violationsOf(ledger, units),
    close: async () => {
      await bench.close();
      await ledger.close();
    },
  };
}

/** Behind every entry: a read after it returns the state of the shard alone. */
const END = { ms: Number.MAX_SAFE_INTEGER, seq: 0 };

async function violationsOf({ books }: PoolLedger, units: number): Promise<readonly string[]> {
  const [row] = await books.database.sql(
    `SELECT (SELECT COALESCE(SUM(on_hand), 0) FROM stock) AS on_hand,
            (SELECT COALESCE(SUM(reserved), 0) FROM stock) AS reserved,
            (SELECT COALESCE(SUM(quantity), 0) FROM movements) AS moved,
            (SELECT COALESCE(SUM(-quantity), 0) FROM movements WHERE quantity < 0) AS sold,
            (SELECT COALESCE(SUM(delegated - settled_cum + quarantine), 0) FROM pools) AS promised,
            (SELECT COUNT(*) FROM pools WHERE sold + returned + duplicates <> settled_cum) AS uneven,
            (SELECT COALESCE(SUM(short_units), 0) FROM pools) AS short`,
  );
  const number = (name: string): number => Number(row?.[name]);
  const found: string[] = [];
  const expectEqual = (what: string, one: number, other: number): void => {
    if (one !== other) found.push(`${what}: ${one} and ${other}`);
  };
  expectEqual('on hand is the sum of movements', number('on_hand'), number('moved'));
  expectEqual('reserved is what pools may still sell', number('reserved'), number('promised'));
  expectEqual('what was there is there or sold', number('on_hand') + number('sold'), units);
  expectEqual('sold, returned and duplicates add up', number('uneven'), 0);
  expectEqual('nothing is oversold', number('short'), 0);
  return found;
}
