import { randomBytes } from 'node:crypto';
import { openDatabase } from '../../src/adapters/mysql/database.ts';
import type { Database } from '../../src/adapters/mysql/database.ts';
import { createPoolBooks } from '../../src/adapters/mysql/pools/pool-books.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { PoolBucket, SaleEvent, SaleNote, StreamEntry } from '../../src/domain/pool.ts';
import { LOCAL_DATABASE, LOCAL_USER } from '../../src/local/options.ts';
import type { PoolBooks } from '../../src/ports/pool-books.ts';
import { randomFrom } from './contest.ts';
import { newId } from './strategy-contestants.ts';
import { numbersOf, seedProducts } from './home.ts';
import type { BenchHome } from './home.ts';

/** Pools whose Redis the benchmark plays, with the books they settle into. */
export interface SettlementField {
  readonly database: Database;
  readonly books: PoolBooks;
  /** Entries of a stream that sell so many units, one each, spread over all pools. */
  batch(events: number, kind: SaleNote['kind']): readonly StreamEntry[];
  /** Settles one batch after the other, each in a transaction of its own. */
  settle(batches: readonly (readonly StreamEntry[])[]): Promise<void>;
  readonly sold: () => number;
}

/** Sales that travel in one entry, as many as a busy shard coalesces. */
const EVENTS_PER_ENTRY = 16;

/** One product a pool, each with as many units as nobody will sell. */
export async function enterSettlement(
  { sql, socket }: BenchHome,
  { pools, units }: { readonly pools: number; readonly units: number },
): Promise<SettlementField> {
  const database = await openDatabase({
    target: {
      label: socket,
      address: { socketPath: socket },
      user: LOCAL_USER,
      password: null,
      database: LOCAL_DATABASE,
      tls: null,
    },
    limits: {
      poolSizeMax: 4,
      queueSizeMax: 1024,
      acquireTimeoutMs: 60_000,
      connectTimeoutMs: 5000,
      statementTimeoutMs: 30_000,
      lockWaitTimeoutMs: 10_000,
      transactionAttemptsMax: 20,
    },
    clock: systemClock,
  });
  const books = createPoolBooks({ database, lossLimit: null });
  await seedProducts(sql, 'SETTLE', pools);
  const ids = await numbersOf(
    sql,
    `SELECT MIN(p.id) AS first, MIN(l.id) AS location FROM products p, locations l
      WHERE p.sku LIKE 'SETTLE-%' AND l.code = 'MAIN'`,
  );
  await sql.query(
    'INSERT INTO stock (product_id, location_id, on_hand) SELECT id, ?, ? FROM products',
    [ids['location'], units],
  );
  const buckets: PoolBucket[] = [];
  for (let at = 0; at < pools; at += 1) {
    const change = await books.open(
      {
        productId: (ids['first'] ?? 0) + at,
        locationId: ids['location'] ?? 0,
        quantity: units,
        buckets: 1,
        shards: 1,
        terms: { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null },
        fingerprint: '0'.repeat(64),
      },
      { requestId: newId(), origin: ORIGIN, dryRun: false },
    );
    if (change.status !== 'done') throw new Error(`no pool was opened: ${change.status}`);
    buckets.push(...change.buckets);
  }
  return fieldOf(database, books, buckets);
}

const ORIGIN = { actor: 'shop', host: 'web-7.example.com', source: 'api' };

function fieldOf(
  database: Database,
  books: PoolBooks,
  buckets: readonly PoolBucket[],
): SettlementField {
  const counts = buckets.map(() => 0);
  const random = randomFrom(1);
  let sold = 0;
  let entries = 0;
  let mark = { version: 0, token: null as string | null };
  const sell = (kind: SaleNote['kind']): SaleEvent => {
    const at = Math.floor(random() * buckets.length);
    sold += 1;
    const cum = (counts[at] = (counts[at] ?? 0) + 1);
    return {
      kind: 'sale',
      bucketId: buckets[at]?.id ?? 0,
      epoch: 1,
      quantity: 1,
      requestId: newId(),
      seq: cum,
      cum,
      ret: 0,
      fingerprint: randomBytes(32).toString('hex'),
      note: {
        kind,
        origin: ORIGIN,
        buyer: kind === 'sale' ? `buyer-${(sold * 31) % 100_000}` : null,
        reference: `SO-${sold}`,
        reason: null,
        occurredAt: null,
      },
      atMs: Date.now(),
    };
  };
  return {
    database,
    books,
    sold: () => sold,
    batch: (events, kind) => {
      const list: StreamEntry[] = [];
      for (let made = 0; made < events; made += EVENTS_PER_ENTRY) {
        entries += 1;
        const length = Math.min(EVENTS_PER_ENTRY, events - made);
        list.push({
          id: { ms: entries, seq: 0 },
          events: Array.from({ length }, () => sell(kind)),
          raw: '',
        });
      }
      return list;
    },
    settle: async (batches) => {
      for (const batch of batches) {
        const outcome = await books.settle({
          shard: 0,
          version: mark.version,
          ackVersion: mark.version,
          ackToken: mark.token,
          entries: batch,
          found: null,
        });
        if (outcome.status !== 'settled') throw new Error(JSON.stringify(outcome));
        mark = outcome;
      }
    },
  };
}
