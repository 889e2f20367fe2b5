import { openBenchCounter } from '../../../adapters/redis/bench-counter.ts';
import { openRedis } from '../../../adapters/redis/client.ts';
import { deleteKeys } from '../../../adapters/redis/delete-keys.ts';
import { createPoolGate } from '../../../adapters/redis/pool/pool-gate.ts';
import { cpuMsOf, ownCpuMs } from '../../../adapters/system/cpu.ts';
import { createPoolVariant } from '../../../bench/lua/pool-variant.ts';
import type { LuaRun } from '../../../bench/lua/run-lua.ts';
import type { LuaVariant } from '../../../bench/lua/variant.ts';
import { storeTargets } from '../../../config/store-targets.ts';
import type { Origin } from '../../../domain/posting.ts';
import { findRunning } from '../../../local/state-file.ts';
import { refuseUnmarked } from '../loadtest/refuse-unmarked.ts';
import type { MysqlStoreOptions } from '../mysql-store.ts';
import { linkTarget } from '../pool-gate.ts';
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
  const { config, clock, packageRoot, run, origin, local } = options;
  refuseUnmarked(config, options.confirmed);
  const target = await linkTarget(options);
  const limits = redisLimits(config);
  const server = { target, limits };
  const counter = await openBenchCounter({ ...server, packageRoot, key: `${run}:counter` });
  let gates = 0;
  const gateOf = (coalescing: {
    readonly batchRequestsMax: number;
    readonly callsInFlightMax: number;
  }) => {
    gates += 1;
    const keyPrefix = `${run}:${String(gates)}`;
    const { retentionMs, backlogEntriesMax } = config.pools;
    const gate = createPoolGate({
      ...{ ...server, clock, packageRoot, keyPrefix, shards: 1, retentionMs },
      ...{ ...coalescing, backlogEntriesMax: Math.max(backlogEntriesMax, 10_000_000) },
    });
    const remove = async (): Promise<void> => {
      await gate.disconnect();
      await deleteKeys(server, keyPrefix);
    };
    return { gate, remove };
  };
  const { batchRequestsMax, callsInFlightMax } = config.pools;
  const alone = { batchRequestsMax: 1, callsInFlightMax: CALLS_IN_FLIGHT_MAX };
  const pool = (name: string, coalescing: Parameters<typeof gateOf>[0]): LuaVariant =>
    createPoolVariant({ name, origin, openGate: () => gateOf(coalescing) });
  const isPrivate = storeTargets(config).redis.kind === 'private';
  const pid = isPrivate ? findRunning(local)?.redis.pid : undefined;
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
    redisVersion: await versionOf(server),
    remove: async () => {
      await counter.close();
      await deleteKeys(server, run);
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
