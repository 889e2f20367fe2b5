import { createLedgerReader } from '../../../adapters/mysql/ledger-reader.ts';
import { createStockReader } from '../../../adapters/mysql/stock-reader.ts';
import type { StrategyName, Origin } from '../../../domain/posting.ts';
import { once } from '../../../lib/once.ts';
import type { LoadSettings } from '../../../loadtest/workload/settings.ts';
import type { PoolDependencies } from '../../../services/pools/dependencies.ts';
import { createCatalogueStores } from '../catalogue.ts';
import type { MysqlStoreOptions } from '../mysql-store.ts';
import { createOrders } from '../orders.ts';
import { createPoolDependencies } from '../pool-dependencies.ts';
import { createStock } from '../stock.ts';
import { storesOnDemand } from '../stores-on-demand.ts';
import type { BooksDependencies } from './books.ts';
import { stockShop } from './stock-shop.ts';

export interface ShopOptions extends MysqlStoreOptions {
  readonly target: StrategyName;
  readonly origin: Origin;
}

/** The products of one run, through the adapters and use cases that every command uses. */
export interface Shop {
  readonly prepare: (
    settings: LoadSettings,
    options: { readonly run: string; readonly onProgress: (share: number) => void },
  ) => Promise<void>;
  readonly books: () => Promise<BooksDependencies>;
  readonly versions: () => Promise<{ readonly mysql: string; readonly redis: string | null }>;
  readonly close: () => Promise<void>;
}

/** @param options with the settings of the run. Opens nothing yet. */
export function openShop(options: ShopOptions): Shop {
  const { target, origin, config, clock } = options;
  const stores = storesOnDemand(options);
  const pools = once(async (): Promise<PoolDependencies> =>
    createPoolDependencies(options, {
      database: await stores.database(),
      gate: await stores.gate(),
      onRecovery: undefined,
    }),
  );
  const ownPools = (): Promise<PoolDependencies | null> =>
    target === 'lua' ? pools() : Promise.resolve(null);
  return {
    prepare: async (settings, { run, onProgress }) => {
      const database = await stores.database();
      const orders = () => Promise.resolve(createOrders({ stores, pools, config, clock, origin }));
      const parts = { database, clock, origin, config, orders, pools, locks: stores.locks };
      await stockShop(
        {
          catalogue: createCatalogueStores(database),
          stock: await createStock('conditional', parts),
          pools: await ownPools(),
          origin,
        },
        settings,
        { run, onProgress },
      );
    },
    books: async () => {
      const database = await stores.database();
      return {
        stock: createStockReader(database),
        ledger: createLedgerReader(database),
        pools: await ownPools(),
      };
    },
    versions: async () => {
      const database = await stores.database();
      const [row] = await database.read((session) =>
        session.rows<{ version: string }>('SELECT VERSION() AS version'),
      );
      const redis = target === 'lua' ? await (await stores.redis()).info('server') : undefined;
      return { mysql: row?.version ?? 'unknown', redis: redis?.get('redis_version') ?? null };
    },
    close: stores.close,
  };
}
