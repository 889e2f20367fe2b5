import { createPoolBooks } from '../../src/adapters/mysql/pools/pool-books.ts';
import type { PoolBucket } from '../../src/domain/pool.ts';
import type { PoolBooks, SettleOutcome, SettleRequest } from '../../src/ports/pool-books.ts';
import type { OpenPool, PoolChange } from '../../src/ports/pool-commands.ts';
import type { WriteContext } from '../../src/ports/write-context.ts';
import { createBooks } from './books.ts';
import type { Books } from './books.ts';
import { testWrite } from './catalogue.ts';
import { createStrategy } from './strategies.ts';

/** Pools in books of the test's own: what Redis would do, the test does by hand. */
export interface PoolLedger {
  readonly books: Books;
  readonly pools: PoolBooks;
  /** A new product with so many units on hand, its id and SKU. */
  stocked(units: number): Promise<{ readonly productId: number; readonly sku: string }>;
  /** Opens a pool on shard 0 and returns its buckets. */
  open(
    productId: number,
    quantity: number,
    options?: Partial<OpenPool>,
  ): Promise<readonly PoolBucket[]>;
  /** Settles on shard 0 from where the books stand. */
  settle(
    entries: SettleRequest['entries'],
    options?: Partial<SettleRequest>,
  ): Promise<SettleOutcome>;
  bucket(id: number): Promise<PoolBucket>;
  stock(productId: number): Promise<{ readonly onHand: number; readonly reserved: number }>;
  close(): Promise<void>;
}

export const noTerms: OpenPool['terms'] = {
  floor: 0,
  perBuyer: null,
  startsAtMs: null,
  endsAtMs: null,
};

export async function createPoolLedger({
  lossLimit = null as number | null,
} = {}): Promise<PoolLedger> {
  const books = await createBooks();
  const { database } = books.database;
  const pools = createPoolBooks({ database, lossLimit });
  const strategy = createStrategy('conditional', database);
  let products = 0;
  return {
    books,
    pools,
    stocked: async (units) => {
      products += 1;
      const sku = `POOL-${products}`;
      await books.addProducts([{ sku }]);
      if (units > 0) {
        const draft = books.draft({ id: `stock-${sku}`, lines: [{ sku, quantity: units }] });
        await strategy.post([draft], { atomic: true, dryRun: false });
      }
      const [row] = await books.database.sql('SELECT id FROM products WHERE sku = ?', [sku]);
      return { productId: Number(row?.['id']), sku };
    },
    open: async (productId, quantity, options = {}) =>
      done(await pools.open(openRequest(productId, quantity, options), testWrite())),
    settle: async (entries, options = {}) => {
      const shard = options.shard ?? 0;
      const { progress } = await pools.shard(shard, { includeClosed: false });
      const position = { version: progress.version, ackVersion: 0, ackToken: null };
      return pools.settle({ ...position, entries, found: null, ...options, shard });
    },
    bucket: async (id) => {
      const buckets = await pools.buckets({ includeClosed: true });
      const bucket = buckets.find((one) => one.id === id);
      if (bucket === undefined) throw new Error(`there is no bucket ${id}`);
      return bucket;
    },
    stock: async (productId) => {
      const [row] = await books.database.sql(
        'SELECT SUM(on_hand) AS on_hand, SUM(reserved) AS reserved FROM stock WHERE product_id = ?',
        [productId],
      );
      return { onHand: Number(row?.['on_hand']), reserved: Number(row?.['reserved']) };
    },
    close: () => books.close(),
  };
}

export function openRequest(
  productId: number,
  quantity: number,
  options: Partial<OpenPool> = {},
): OpenPool {
  return {
    productId,
    locationId: 1,
    quantity,
    buckets: 1,
    shards: 1,
    terms: noTerms,
    fingerprint: 'a'.repeat(64),
    ...options,
  };
}

/** The buckets of a change that must have been made. */
export function done(change: PoolChange): readonly PoolBucket[] {
  if (change.status !== 'done') throw new Error(`not done: ${JSON.stringify(change)}`);
  return change.buckets;
}

export function writeAs(requestId: string, fields: Partial<WriteContext> = {}): WriteContext {
  return testWrite({ requestId, ...fields });
}
