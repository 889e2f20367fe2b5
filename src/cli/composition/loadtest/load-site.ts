import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDelayProxy } from '../../../adapters/system/delay-proxy.ts';
import type { DelayProxy } from '../../../adapters/system/delay-proxy.ts';
import type { Origin, StrategyName } from '../../../domain/posting.ts';
import { InvError } from '../../../lib/errors.ts';
import { crashServer } from '../../../local/crash-server.ts';
import type { LoadFacts, SettledRow } from '../../../ports/load-books.ts';
import type { LoadGauge } from '../../../ports/load-target.ts';
import type { LoadLimits } from '../../../loadtest/runner/load-run.ts';
import type { LoadSettings } from '../../../loadtest/workload/settings.ts';
import type { MysqlStoreOptions } from '../mysql-store.ts';
import { createGauge, loadFacts, settledRows } from './books.ts';
import { startGenerators } from './generators.ts';
import type { Generators } from './generators.ts';
import { openRunStores } from './run-stores.ts';
import type { RunStores } from './run-stores.ts';
import { runSettings } from './run-settings.ts';
import type { RunSettings } from './run-settings.ts';
import { openShop } from './shop.ts';
import type { Shop } from './shop.ts';
import { startWorkerProcess } from './worker-process.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface LoadSiteOptions extends MysqlStoreOptions {
  readonly run: string;
  readonly target: StrategyName;
  readonly origin: Origin;
  readonly configFile: string | undefined;
  readonly confirmed: string | undefined;
  /** MySQL is reached through a proxy that can be told to be slow. */
  readonly needsDelay: boolean;
  /** Asks for what only private servers have: a restart, a proxy. */
  readonly needsPrivate: boolean;
}

/** One run's place: products, pools and orders of its own in both stores, and what works on them. */
export interface LoadSite {
  readonly isPrivate: boolean;
  readonly prepare: (settings: LoadSettings, onProgress: (share: number) => void) => Promise<void>;
  /** Versions of both stores, for the report. */
  readonly versions: () => Promise<{ readonly mysql: string; readonly redis: string | null }>;
  readonly startGenerators: (job: {
    readonly settings: LoadSettings;
    readonly limits: LoadLimits;
    readonly threads: number;
  }) => Promise<Generators>;
  /** Books what pools sell; null for a target without pools. */
  readonly startWorker: () => WorkerProcess | null;
  readonly gauge: (settings: LoadSettings) => LoadGauge;
  readonly facts: (settings: LoadSettings) => Promise<LoadFacts>;
  readonly rows: () => AsyncIterable<SettledRow>;
  readonly crashRedis: () => Promise<void>;
  readonly delayMysql: (roundTripMs: number) => void;
  /** Closes everything and removes what the run has made. */
  readonly remove: () => Promise<void>;
}

/** @throws InvError REFUSED (stores that are not marked for tests), NOT_PERMITTED, STORE_UNAVAILABLE */
export async function openLoadSite(options: LoadSiteOptions): Promise<LoadSite> {
  const stores = await openRunStores(options, options);
  let shop: Shop | undefined;
  let detour: Detour | undefined;
  const remove = async (): Promise<void> => {
    await shop?.close();
    await detour?.close();
    await stores.remove();
  };
  try {
    if (options.needsPrivate && !stores.isPrivate) throw notPrivate();
    detour = options.needsDelay ? await openDetour(stores) : undefined;
    const settings = runSettings(stores, {
      config: options.config,
      env: options.local.env,
      configFile: options.configFile,
      mysqlSocket: detour?.proxy.socketPath ?? null,
    });
    shop = openShop({ ...options, config: settings.config });
    return siteOf({ options, stores, settings, shop, detour, remove });
  } catch (error) {
    await remove();
    throw error;
  }
}

interface SiteParts {
  readonly options: LoadSiteOptions;
  readonly stores: RunStores;
  readonly settings: RunSettings;
  readonly shop: Shop;
  readonly detour: Detour | undefined;
  readonly remove: () => Promise<void>;
}

function siteOf({ options, stores, settings, shop, detour, remove }: SiteParts): LoadSite {
  const { run, target, packageRoot, local, clock } = options;
  const { environment } = settings;
  return {
    isPrivate: stores.isPrivate,
    prepare: (load, onProgress) => shop.prepare(load, { run, onProgress }),
    versions: shop.versions,
    startGenerators: ({ settings: load, limits, threads }) =>
      startGenerators({
        job: { settings: load, run, target, limits },
        count: threads,
        packageRoot,
        environment,
      }),
    startWorker: () =>
      target === 'lua' ? startWorkerProcess({ local, clock, packageRoot, environment }) : null,
    gauge: (load) => createGauge(shop.books, load),
    facts: async (load) => loadFacts(await shop.books(), load),
    rows: () => settledRows(shop.books),
    crashRedis: async () => {
      await crashServer('redis', local);
    },
    delayMysql: (roundTripMs) => detour?.proxy.setRoundTripMs(roundTripMs),
    remove,
  };
}

interface Detour {
  readonly proxy: DelayProxy;
  readonly close: () => Promise<void>;
}

async function openDetour({ place }: RunStores): Promise<Detour> {
  const { address } = place.application;
  if (!('socketPath' in address)) throw notPrivate();
  const folder = mkdtempSync(join(tmpdir(), 'inv-lt-'));
  const proxy = await openDelayProxy(join(folder, 'mysql.sock'), address.socketPath);
  return {
    proxy,
    close: async () => {
      await proxy.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function notPrivate(): InvError {
  return new InvError('REFUSED', 'only private servers are restarted or slowed down', {
    hint: 'unset mysql.url and redis.url to use private servers, or leave this --fault away',
  });
}
