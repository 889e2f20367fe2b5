import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import { createLedgerReader } from '../../adapters/mysql/ledger-reader.ts';
import { selectBuckets } from '../../adapters/mysql/pools/bucket-rows.ts';
import { selectOrders } from '../../adapters/mysql/pools/order-queries.ts';
import { selectLastRunOf } from '../../adapters/mysql/reconcile/recorded-runs.ts';
import { createStockReader } from '../../adapters/mysql/stock-reader.ts';
import type { PoolBucket } from '../../domain/pool.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { LedgerReader } from '../../ports/ledger-reader.ts';
import type { OrderRow } from '../../ports/pool-books.ts';
import type { RecordedFinding, RecordedRun } from '../../ports/reconcile-books.ts';
import type { StockReader } from '../../ports/stock-reader.ts';

export interface LastRun {
  readonly run: RecordedRun;
  /** About the product. */
  readonly findings: readonly RecordedFinding[];
}

/** What the commands that only look at stock need. */
export interface StockReaders {
  readonly catalogue: Catalogue;
  readonly stock: StockReader;
  readonly ledger: LedgerReader;
  /** Of all pools of the product, closed ones too. */
  readonly buckets: (productId: number) => Promise<readonly PoolBucket[]>;
  /** Orders that hold units, the newest first. */
  readonly heldOrders: (sku: string, limit: number) => Promise<readonly OrderRow[]>;
  /** The newest reconciliation that has looked at the product; undefined: none has. */
  readonly lastRun: (product: {
    readonly productId: number;
    readonly sku: string;
  }) => Promise<LastRun | undefined>;
}

export function createStockReaders(database: Database): StockReaders {
  return {
    catalogue: createCatalogue(database),
    stock: createStockReader(database),
    ledger: createLedgerReader(database),
    buckets: (productId) =>
      database.read((session) => selectBuckets(session, { productId, includeClosed: true })),
    heldOrders: (sku, limit) =>
      database.read((session) => selectOrders(session, { sku, buyer: null, state: 'held', limit })),
    lastRun: (product) => database.read((session) => selectLastRunOf(session, product)),
  };
}
