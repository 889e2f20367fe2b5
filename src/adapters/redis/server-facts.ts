import { InvError } from '../../lib/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { RedisFacts } from '../../ports/server-facts.ts';
import type { RedisStore } from './client.ts';
import { readRights } from './rights.ts';

const ROUND_TRIPS = 5;

export async function readRedisFacts(
  store: RedisStore,
  { clock, keyPrefix }: { readonly clock: Clock; readonly keyPrefix: string },
): Promise<RedisFacts> {
  const info = async (section: string): Promise<ReadonlyMap<string, string>> =>
    (await ifPermitted(() => store.info(section))) ?? new Map<string, string>();
  const server = await info('server');
  const memory = await info('memory');
  const persistence = await info('persistence');
  const replication = await info('replication');
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
    rights: userName === undefined ? undefined : await readRights(store, { userName, keyPrefix }),
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
