import { InvError } from '../../lib/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RedisFacts, RedisNode } from '../../ports/server-facts.ts';
import type { RedisStore } from './client.ts';
import { readRights } from './rights.ts';

const ROUND_TRIPS = 5;

interface FactsOptions {
  readonly clock: Clock;
  readonly keyPrefix: string;
}

/** Of the server, and of every other master of its cluster. @throws InvError as RedisStore.others */
export async function readRedisNodes(
  store: RedisStore,
  options: FactsOptions,
): Promise<readonly RedisNode[]> {
  const others = await store.others();
  if (others.length === 0) return [{ name: 'Redis', facts: await readRedisFacts(store, options) }];
  const nodes: RedisNode[] = [];
  for (const node of [store, ...others]) {
    nodes.push({ name: `Redis at ${node.label}`, facts: await readRedisFacts(node, options) });
  }
  return nodes;
}

async function readRedisFacts(
  store: RedisStore,
  { clock, keyPrefix }: FactsOptions,
): Promise<RedisFacts> {
  const info = async (section: string): Promise<ReadonlyMap<string, string>> =>
    (await ifPermitted(() => store.info(section))) ?? new Map<string, string>();
  const server = await info('server');
  const memory = await info('memory');
  const persistence = await info('persistence');
  const replication = await info('replication');
  const isCluster = (await info('cluster')).get('cluster_enabled') === '1';
  const aof = persistence.get('aof_enabled');
  const userName = await ifPermitted(() => store.userName());
  const valkey = server.get('valkey_version');
  return {
    flavor: valkey === undefined ? 'redis' : 'valkey',
    version: valkey ?? server.get('redis_version'),
    ...(await timings(store, clock)),
    role: replication.get('role'),
    maxmemoryPolicy:
      memory.get('maxmemory_policy') ??
      (await ifPermitted(() => store.configGet('maxmemory-policy'))),
    isAofOn: aof === undefined ? undefined : aof === '1',
    isLastWriteOk: (persistence.get('aof_last_write_status') ?? 'ok') === 'ok',
    appendfsync: await ifPermitted(() => store.configGet('appendfsync')),
    userName,
    isCluster,
    rights:
      userName === undefined
        ? undefined
        : await readRights(store, { userName, keyPrefix, isCluster }),
  };
}

async function timings(
  store: RedisStore,
  clock: Clock,
): Promise<{ latencyMs: number; clockOffsetMs: number }> {
  const samples: { tookMs: number; offsetMs: number }[] = [];
  for (let round = 0; round < ROUND_TRIPS; round += 1) {
    const startedAtMs = clock.monotonic();
    const before = clock.now();
    const serverMs = await store.time();
    const tookMs = clock.monotonic() - startedAtMs;
    samples.push({ tookMs, offsetMs: serverMs - (before + tookMs / 2) });
  }
  const [, , median] = samples.sort((a, b) => a.tookMs - b.tookMs);
  return { latencyMs: median?.tookMs ?? 0, clockOffsetMs: median?.offsetMs ?? 0 };
}

async function ifPermitted<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof InvError && error.code === 'NOT_PERMITTED') return undefined;
    throw error;
  }
}
