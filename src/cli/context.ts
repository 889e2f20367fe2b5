import type { Database } from '../adapters/mysql/database.ts';
import type { RedisStore } from '../adapters/redis/client.ts';
import { systemClock } from '../adapters/system/clock.ts';
import { hostName, newRequestId, osUserName } from '../adapters/system/identity.ts';
import { packageRoot } from '../adapters/system/package-root.ts';
import { loadConfig } from '../config/load-config.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { Origin, StrategyName } from '../domain/posting.ts';
import type { ErrorCode } from '../lib/errors.ts';
import { once } from '../lib/once.ts';
import type { LocalOptions } from '../local/options.ts';
import type { Clock } from '../ports/clock.ts';
import type { CatalogueDependencies } from '../services/catalogue/dependencies.ts';
import type { OrderDependencies } from '../services/orders/dependencies.ts';
import type { PoolDependencies } from '../services/pools/dependencies.ts';
import type { ReconcileDependencies } from '../services/reconcile/dependencies.ts';
import type { StockDependencies } from '../services/stock/post-stock.ts';
import type { RecordFile, RecordFileOptions } from './composition/record-file.ts';
import { operatorTools } from './composition/operator-tools.ts';
import type { OperatorTools } from './composition/operator-tools.ts';
import { storesOnDemand } from './composition/stores-on-demand.ts';
import type { StoresOnDemand } from './composition/stores-on-demand.ts';
import type { MysqlStoreOptions } from './composition/mysql-store.ts';
import type { StockReaders } from './composition/stock-reader.ts';
import type { GlobalOptions } from './global-options.ts';
import { createPrompts } from './terminal/prompts.ts';
import type { Prompts } from './terminal/prompts.ts';
import { createTerminal } from './terminal/terminal.ts';
import type { Terminal, TerminalStreams } from './terminal/types.ts';

/**
 * Everything a command may use, as functions: nothing is opened before it is asked for, and what
 * was opened is closed in reverse order by `close`.
 */
export interface Context {
  readonly terminal: Terminal;
  readonly prompts: Prompts;
  readonly clock: Clock;
  readonly globals: GlobalOptions;
  readonly loaded: LoadedConfig;
  readonly packageRoot: string;
  /** Who asks, for the ledger. */
  readonly origin: Origin;
  /** For the private servers of this machine. */
  readonly local: LocalOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C, SIGTERM or --timeout. */
  readonly signal: AbortSignal;
  /**
   * Work that goes on until Ctrl-C, SIGTERM or --timeout: these abort its signal, and it has `graceMs`
   * to come to an end, which then is exit 0. A second signal ends the process at once.
   */
  untilStopped<T>(graceMs: number, work: (stop: AbortSignal) => Promise<T>): Promise<T>;
  newRequestId(): string;
  /** MySQL, ready for use. @throws InvError STORE_UNAVAILABLE, PENDING, NOT_PERMITTED, BAD_CONFIGURATION */
  database(): Promise<Database>;
  /** Redis, connected. @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED, BAD_CONFIGURATION */
  redis(): Promise<RedisStore>;
  /** What products, suppliers and locations are kept with. */
  catalogue(): Promise<CatalogueDependencies>;
  /** What booking stock needs, by the strategy named or the configured one. */
  stock(strategy?: StrategyName, source?: 'cli' | 'file'): Promise<StockDependencies>;
  /** What opening, settling and mending pools needs: MySQL, and Redis when it is first asked. */
  pools(): Promise<PoolDependencies>;
  /** What orders need. Opens nothing: an order that Redis answers never waits for MySQL. */
  orders(): Promise<OrderDependencies>;
  /** What a reconciliation compares, and mends with. */
  reconcile(source?: 'cli' | 'worker'): Promise<ReconcileDependencies>;
  /** A file of records; its format is `--format` when that names one that can be read. */
  openRecordFile(options: Omit<RecordFileOptions, 'format' | 'limits'>): Promise<RecordFile>;
  readonly operator: OperatorTools;
  /** What looking at stock and ledger needs. */
  readers(): Promise<StockReaders>;
  /** The id of the request that is being prepared, for the error should it fail before it is sent. */
  requested(requestId: string): void;
  /** The write about to be sent: if the command is cut off now, the user is told this id. */
  writing(requestId: string | null): void;
  /** For work in many steps: what to say if it is cut off now, in place of what `writing` says. */
  underWay(describe: DescribeCutOff | null): void;
  /** The exit code of a command that printed its result and yet is not simply done. */
  finishWith(code: ErrorCode): void;
  close(): Promise<void>;
}

/** How far the work has got, and the command that goes on from there. */
export type DescribeCutOff = () => { readonly message: string; readonly hint: string };

/** What the process knows; main fills it in. */
export interface ProcessFacts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly homeDirectory: string;
  readonly uid: number;
  readonly pid: number;
  readonly kill: LocalOptions['kill'];
  readonly streams: TerminalStreams;
  /** Path of the running code: the package's folders are found from it. */
  readonly codePath: string;
  readonly signal: AbortSignal;
  readonly untilStopped: Context['untilStopped'];
  readonly writing: (requestId: string | null) => void;
  readonly requested: (requestId: string) => void;
  readonly underWay: (describe: DescribeCutOff | null) => void;
  readonly finishWith: (code: ErrorCode) => void;
}

export async function createContext(facts: ProcessFacts, globals: GlobalOptions): Promise<Context> {
  const loaded = await loadConfig({
    env: facts.env,
    cwd: facts.cwd,
    homeDirectory: facts.homeDirectory,
    configFile: globals.configFile,
    uid: facts.uid,
    flags: globals.settings.flags,
    flagVariables: globals.settings.variables,
  });
  const terminal = terminalOf(facts, globals, loaded);
  for (const warning of loaded.warnings) terminal.warn(warning);
  const local = localOptions(facts, loaded, terminal);
  const root = packageRoot(facts.codePath);
  const options = { config: loaded.config, clock: systemClock, packageRoot: root, local };
  const stores = storesOnDemand(options);
  const origin = { actor: loaded.config.actor ?? local.userName, host: hostName(), source: 'cli' };
  return {
    terminal,
    prompts: createPrompts(terminal),
    clock: systemClock,
    globals,
    loaded,
    packageRoot: root,
    origin,
    local,
    env: facts.env,
    signal: facts.signal,
    untilStopped: facts.untilStopped,
    newRequestId: () => newRequestId(systemClock.now()),
    database: stores.database,
    redis: stores.redis,
    ...dependencies({ options, stores, origin, terminal }),
    openRecordFile: async (file) => {
      const { openRecordFile } = await import('./composition/record-file.ts');
      const { formatFlag } = globals;
      const format = formatFlag === 'csv' || formatFlag === 'ndjson' ? formatFlag : undefined;
      return openRecordFile({ ...file, format, limits: loaded.config.files }, facts.streams);
    },
    operator: operatorTools({ ...options, loaded }),
    writing: facts.writing,
    requested: facts.requested,
    underWay: facts.underWay,
    finishWith: facts.finishWith,
    close: stores.close,
  };
}

interface Parts {
  readonly options: MysqlStoreOptions;
  readonly stores: StoresOnDemand;
  readonly origin: Origin;
  readonly terminal: Terminal;
}

/** What the use cases work with, each loaded when a command asks for it. */
function dependencies({
  options,
  stores,
  origin,
  terminal,
}: Parts): Pick<Context, 'catalogue' | 'stock' | 'pools' | 'orders' | 'reconcile' | 'readers'> {
  const { config, clock } = options;
  const pools = once(async (): Promise<PoolDependencies> => {
    const { createPoolDependencies } = await import('./composition/pool-dependencies.ts');
    const { recoveryLines } = await import('../worker/log-lines.ts');
    return createPoolDependencies(options, {
      database: await stores.database(),
      gate: await stores.gate(),
      onRecovery: (shard, outcome) => {
        for (const { level, text } of recoveryLines(shard, outcome)) {
          if (level !== 'info') terminal.warn(text);
        }
      },
    });
  });
  const orders = async (): Promise<OrderDependencies> => {
    const { createOrders } = await import('./composition/orders.ts');
    return createOrders({ stores, pools, config, clock, origin, isWatched: true });
  };
  return {
    catalogue: async () => {
      const { createCatalogueStores } = await import('./composition/catalogue.ts');
      return createCatalogueStores(await stores.database());
    },
    stock: async (strategy, source = 'cli') => {
      const { createStock } = await import('./composition/stock.ts');
      return createStock(strategy ?? config.stock.strategy, {
        database: await stores.database(),
        clock,
        origin: { ...origin, source },
        config,
        orders,
        pools,
        locks: stores.locks,
      });
    },
    pools,
    orders,
    reconcile: async (source = 'cli') => {
      const { createReconcile } = await import('./composition/reconcile.ts');
      return createReconcile(options, { stores, pools, origin: { ...origin, source } });
    },
    readers: async () => {
      const { createStockReaders } = await import('./composition/stock-reader.ts');
      return createStockReaders(await stores.database());
    },
  };
}

function terminalOf(facts: ProcessFacts, globals: GlobalOptions, loaded: LoadedConfig): Terminal {
  const { format, color } = loaded.config.output;
  return createTerminal({
    ...facts.streams,
    env: facts.env,
    format: globals.format ?? format ?? undefined,
    fields: globals.fields,
    color: globals.color ?? color,
    quiet: globals.quiet,
    verbosity: globals.verbosity,
    noInput: !globals.input,
  });
}

function localOptions(
  facts: ProcessFacts,
  { config }: LoadedConfig,
  terminal: Terminal,
): LocalOptions {
  const { env, uid, pid, kill, signal } = facts;
  return {
    directory: config.home,
    env,
    uid,
    userName: osUserName(uid),
    pid,
    kill,
    startTimeoutMs: config.local.startTimeoutMs,
    report: (message) => {
      terminal.note(message);
    },
    signal,
  };
}
