import { readBenchBooks, readDeadlocks } from '../../../adapters/mysql/bench-books.ts';
import { cpuMsOf, ownCpuMs } from '../../../adapters/system/cpu.ts';
import type { Config } from '../../../config/config.ts';
import type { Origin } from '../../../domain/posting.ts';
import { findRunning } from '../../../local/state-file.ts';
import type { Contestant } from '../../../bench/contestant.ts';
import type { ContestantName } from '../../../bench/contestant-names.ts';
import type { BenchPlace, Meters } from '../../../bench/run-bench.ts';
import { openRunStores } from '../loadtest/run-stores.ts';
import { runSettings } from '../loadtest/run-settings.ts';
import type { MysqlStoreOptions } from '../mysql-store.ts';
import { storesOnDemand } from '../stores-on-demand.ts';
import type { StoresOnDemand } from '../stores-on-demand.ts';
import { enterContestants } from './contestants.ts';
import { addBenchProducts, skuOf, SKU_PREFIX, stockUp } from './bench-products.ts';

export interface BenchSiteOptions extends MysqlStoreOptions {
  readonly run: string;
  readonly origin: Origin;
  readonly configFile: string | undefined;
  readonly confirmed: string | undefined;
  readonly writers: number;
  readonly products: number;
  readonly contestants: readonly ContestantName[];
}

/** One run's place: a database and keys of its own, its products, and those who compete for them. */
export interface BenchSite {
  readonly place: BenchPlace;
  readonly contestants: readonly Contestant[];
  /** Connections to MySQL that the writers share. */
  readonly connections: number;
  readonly versions: { readonly mysql: string; readonly redis: string | null };
  /** Closes everything and removes what the run has made. */
  readonly remove: () => Promise<void>;
}

/** A server lets in some 150 clients by default, and others may want to look. */
const CONNECTIONS_MAX = 128;

/** @throws InvError REFUSED (stores that are not marked for tests), NOT_PERMITTED, STORE_UNAVAILABLE */
export async function openBenchSite(options: BenchSiteOptions): Promise<BenchSite> {
  const runStores = await openRunStores(options, options);
  let stores: StoresOnDemand | undefined;
  const remove = async (): Promise<void> => {
    await stores?.close();
    await runStores.remove();
  };
  try {
    const { config } = runSettings(runStores, {
      config: options.config,
      env: options.local.env,
      configFile: options.configFile,
      mysqlSocket: null,
    });
    const connections = Math.min(options.writers, CONNECTIONS_MAX);
    const own = { ...options, config: withConnections(config, connections) };
    stores = storesOnDemand(own);
    const database = await stores.database();
    const products = await addBenchProducts(database, { ...options, clock: own.clock });
    const { run, isPrivate } = runStores;
    return {
      connections,
      contestants: await enterContestants({ ...own, stores, database, items: products }),
      place: {
        stockUp: (units) => stockUp(database, { ...own, run, products, units }),
        facts: async (requestPrefix) => {
          const books = await readBenchBooks(database, { requestPrefix, skuPrefix: SKU_PREFIX });
          const onHand = products.map((_, index) => books.onHand.get(skuOf(index)) ?? 0);
          return { onHand, booked: books.booked };
        },
        meters: async () => ({
          cpuMs: cpuOf(isPrivate ? findRunning(options.local) : undefined),
          deadlocks: await readDeadlocks(database),
        }),
      },
      versions: await versionsOf(stores),
      remove,
    };
  } catch (error) {
    await remove().catch(() => undefined);
    throw error;
  }
}

function withConnections(config: Config, connections: number): Config {
  const { mysql } = config;
  return {
    ...config,
    mysql: {
      ...mysql,
      // One more, so that a look at the books does not wait for the writers.
      poolSizeMax: connections + 1,
      queueSizeMax: Math.max(mysql.queueSizeMax, 1024),
      acquireTimeoutMs: Math.max(mysql.acquireTimeoutMs, 30_000),
    },
  };
}

function cpuOf(servers: ReturnType<typeof findRunning>): Meters['cpuMs'] {
  return {
    client: ownCpuMs(),
    mysql: servers === undefined ? null : cpuMsOf(servers.mysql.pid),
    redis: servers === undefined ? null : cpuMsOf(servers.redis.pid),
  };
}

async function versionsOf(stores: StoresOnDemand): Promise<BenchSite['versions']> {
  const database = await stores.database();
  const [row] = await database.read((session) =>
    session.rows<{ version: string }>('SELECT VERSION() AS version'),
  );
  const redis = await stores.redis().catch(() => undefined);
  const info = await redis?.info('server');
  return { mysql: row?.version ?? 'unknown', redis: info?.get('redis_version') ?? null };
}
