import { openBenchCounter } from '../../../adapters/redis/bench-counter.ts';
import { openRedis } from '../../../adapters/redis/client.ts';
import { deleteKeys } from '../../../adapters/redis/delete-keys.ts';
import { createPoolGate } from '../../../adapters/redis/pool/pool-gate.ts';
import type { OpenPoolGate } from '../../../adapters/redis/pool/pool-gate.ts';
import type { RedisTarget } from '../../../adapters/redis/target.ts';
import { cpuMsOf, ownCpuMs } from '../../../adapters/system/cpu.ts';
import { createPoolVariant } from '../../../bench/lua/pool-variant.ts';
import type { LuaRun } from '../../../bench/lua/run-lua.ts';
import type { LuaVariant } from '../../../bench/lua/variant.ts';
import { unconfiguredStore } from '../../../config/store-targets.ts';
import type { Origin } from '../../../domain/posting.ts';
import { findRunning } from '../../../local/state-file.ts';
import { openRunStores } from '../loadtest/run-stores.ts';
import type { RunStores } from '../loadtest/run-stores.ts';
import type { MysqlStoreOptions } from '../mysql-store.ts';
import { redisLimits } from '../redis-store.ts';

export interface LuaSiteOptions extends MysqlStoreOptions {
  readonly run: string;
  readonly origin: Origin;
  readonly confirmed: string | undefined;
}

/** One run's place in Redis: keys of its own, and what competes on them. */
export interface LuaSite {
  readonly variants: readonly LuaVariant[];
  readonly cpuMs: LuaRun['cpuMs'];
  readonly redisVersion: string | null;
  /** Closes everything and removes what the run has made. */
  readonly remove: () => Promise<void>;
}

const CALLS_IN_FLIGHT_MAX = 256;

/** @throws InvError REFUSED (stores that are not marked for tests), STORE_UNAVAILABLE, NOT_PERMITTED */
export async function openLuaSite(options: LuaSiteOptions): Promise<LuaSite> {
  // The database of the run stays empty: by it, `inv loadtest clean` finds the keys of a killed run.
  const stores = await openRunStores(options, options);
  try {
    if (stores.redis === null) throw unconfiguredStore('redis.url');
    return await siteOf(options, stores, stores.redis);
  } catch (error) {
    await stores.remove().catch(() => undefined);
    throw error;
  }
}

async function siteOf(
  options: LuaSiteOptions,
  stores: RunStores,
  target: RedisTarget,
): Promise<LuaSite> {
  const { config, packageRoot, run, origin, local } = options;
  const server = { target, limits: redisLimits(config) };
  const redisVersion = await versionOf(server);
  const counter = await openBenchCounter({ ...server, packageRoot, key: `${run}:counter` });
  const gates = gatesOf(options, server);
  const { batchRequestsMax, callsInFlightMax } = config.pools;
  const alone = { batchRequestsMax: 1, callsInFlightMax: CALLS_IN_FLIGHT_MAX };
  const pool = (name: string, coalescing: Coalescing): LuaVariant =>
    createPoolVariant({ name, origin, openGate: () => gates.open(coalescing) });
  const pid = stores.isPrivate ? findRunning(local)?.redis.pid : undefined;
  return {
    variants: [
      pool('library', { batchRequestsMax, callsInFlightMax }),
      pool('library, one a call', alone),
      counterVariant(counter, 'seed script', (units) => counter.deduct(units)),
      counterVariant(counter, 'bare DECRBY', async (units) => {
        await counter.decrease(units);
        return true;
      }),
    ],
    cpuMs: () => ({ client: ownCpuMs(), redis: pid === undefined ? null : cpuMsOf(pid) }),
    redisVersion,
    remove: async () => {
      await gates.close();
      await counter.close();
      await stores.remove();
    },
  };
}

interface Coalescing {
  readonly batchRequestsMax: number;
  readonly callsInFlightMax: number;
}

/** Gates to keys of their own, one for each bout. */
function gatesOf(
  { config, clock, packageRoot, run }: LuaSiteOptions,
  server: Parameters<typeof deleteKeys>[0],
) {
  const { retentionMs, backlogEntriesMax } = config.pools;
  const opened = new Set<OpenPoolGate>();
  let count = 0;
  return {
    open: (coalescing: Coalescing) => {
      count += 1;
      const keyPrefix = `${run}:${String(count)}`;
      const gate = createPoolGate({
        ...{ ...server, clock, packageRoot, keyPrefix, shards: 1, retentionMs },
        // Nobody settles here: what a bout sells stays in the stream until the bout is over.
        ...{ ...coalescing, backlogEntriesMax: Math.max(backlogEntriesMax, 10_000_000) },
      });
      opened.add(gate);
      const remove = async (): Promise<void> => {
        opened.delete(gate);
        await gate.disconnect();
        await deleteKeys(server, keyPrefix);
      };
      return { gate, remove };
    },
    /** Those of bouts that were cut off. */
    close: async (): Promise<void> => {
      for (const gate of opened) await gate.disconnect();
    },
  };
}

function counterVariant(
  counter: Awaited<ReturnType<typeof openBenchCounter>>,
  name: string,
  take: (units: number) => Promise<boolean>,
): LuaVariant {
  return {
    name,
    isUnsafe: name === 'bare DECRBY',
    stockUp: (units) => counter.set(units),
    take: async ({ quantity }) => ((await take(quantity)) ? 'accepted' : 'rejected'),
    left: () => counter.get(),
    clear: () => counter.remove(),
  };
}

async function versionOf(server: Parameters<typeof openRedis>[0]): Promise<string | null> {
  const redis = await openRedis(server);
  try {
    return (await redis.info('server')).get('redis_version') ?? null;
  } finally {
    await redis.close();
  }
}
