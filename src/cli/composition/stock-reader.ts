import { createCatalogue } from '../../adapters/mysql/catalogue.ts';
import type { Database } from '../../adapters/mysql/database.ts';
import { createLedgerReader } from '../../adapters/mysql/ledger-reader.ts';
import { selectBuckets } from '../../adapters/mysql/pools/bucket-rows.ts';
import { createStockReader } from '../../adapters/mysql/stock-reader.ts';
import type { PoolBucket } from '../../domain/pool.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { LedgerReader } from '../../ports/ledger-reader.ts';
import type { StockReader } from '../../ports/stock-reader.ts';

/** What the commands that only look at stock need. */
export interface StockReaders {
  readonly catalogue: Catalogue;
  readonly stock: StockReader;
  readonly ledger: LedgerReader;
  /** Buckets of pools that are not closed. */
  readonly openBuckets: (productId: number) => Promise<readonly PoolBucket[]>;
}

export function createStockReaders(database: Database): StockReaders {
  return {
    catalogue: createCatalogue(database),
    stock: createStockReader(database),
    ledger: createLedgerReader(database),
    openBuckets: (productId) =>
      database.read((session) => selectBuckets(session, { productId, includeClosed: false })),
  };
}
