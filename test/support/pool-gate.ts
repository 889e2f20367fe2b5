import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { createPoolGate } from '../../src/adapters/redis/pool/pool-gate.ts';
import type { OpenPoolGate, PoolGateOptions } from '../../src/adapters/redis/pool/pool-gate.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { PoolBucket, PoolTerms, SaleNote } from '../../src/domain/pool.ts';
import type { HoldRequest, SaleRequest } from '../../src/ports/pool-gate.ts';
import { projectRoot } from './database.ts';
import { testServers } from './servers.ts';

export const NOTE: SaleNote = {
  kind: 'sale',
  origin: { actor: 'tester', host: 'here', source: 'test' },
  buyer: null,
  reference: null,
  reason: null,
  occurredAt: null,
};

const NO_TERMS: PoolTerms = { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null };

/** A gate to the shared Redis (or another), with a key prefix of its own, and plain commands beside it. */
export interface GateBench {
  readonly gate: OpenPoolGate;
  /** For looking and for damage. */
  readonly redis: Redis;
  readonly prefix: string;
  /** Of the Redis it leads to. */
  readonly target: PoolGateOptions['target'];
  /** Another gate to the same keys. */
  another(changes?: Partial<PoolGateOptions>): OpenPoolGate;
  /** Name of a key of shard 0. */
  key(rest: string, shard?: number): string;
  close(): Promise<void>;
}

export function openGate(
  changes: Partial<PoolGateOptions> & { readonly socket?: string } = {},
): GateBench {
  const { socket = testServers().redisSocket, ...rest } = changes;
  const prefix = `t_${randomBytes(6).toString('hex')}`;
  const base: PoolGateOptions = {
    target: {
      label: socket,
      address: { socketPath: socket },
      user: null,
      password: null,
      database: 0,
      tls: null,
    },
    limits: { connectTimeoutMs: 2000, commandTimeoutMs: 5000 },
    clock: systemClock,
    packageRoot: projectRoot,
    keyPrefix: prefix,
    shards: 1,
    retentionMs: 600_000,
    backlogEntriesMax: 1_000_000,
    batchRequestsMax: 256,
    callsInFlightMax: 4,
    ...rest,
  };
  const gates: OpenPoolGate[] = [];
  const open = (more: Partial<PoolGateOptions> = {}): OpenPoolGate => {
    const gate = createPoolGate({ ...base, ...more });
    gates.push(gate);
    return gate;
  };
  const redis = new Redis(socket, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  return {
    gate: open(),
    redis,
    prefix,
    target: base.target,
    another: open,
    key: (name, shard = 0) => `${prefix}:{${shard}}:${name}`,
    close: async () => {
      // A server that the test has ended needs no tidying.
      const keys = await redis.keys(`${prefix}:*`).catch(() => []);
      // One by one: those of several shards may lie on several nodes.
      await Promise.all(keys.map((key) => redis.del(key)));
      redis.disconnect();
      for (const gate of gates) await gate.disconnect();
    },
  };
}

/** A bucket as MySQL's books would have it after opening a pool. */
export function bucketOf(
  changes: Partial<Omit<PoolBucket, 'terms'>> & { readonly terms?: Partial<PoolTerms> } = {},
): PoolBucket {
  const { terms, id = 1, ...rest } = changes;
  return {
    id,
    poolId: id,
    productId: 7,
    sku: `SKU-${id}`,
    locationId: 1,
    location: 'MAIN',
    shard: 0,
    bucket: 0,
    epoch: 1,
    saleEpoch: 1,
    state: 'open',
    grantVersion: 1,
    delegated: 100,
    settledSeq: 0,
    settledCum: 0,
    settledRet: 0,
    sold: 0,
    returned: 0,
    duplicates: 0,
    short: 0,
    quarantine: 0,
    ...rest,
    terms: { ...NO_TERMS, ...terms },
  };
}

/** Opens a shard as recovery does. */
export async function adopt(
  gate: OpenPoolGate,
  generation = 1,
  { shard = 0, token = randomBytes(16).toString('hex') } = {},
): Promise<string> {
  const begun = await gate.begin(shard, generation, token);
  if (begun.status !== 'begun') throw new Error(`BEGIN: ${begun.status}`);
  const adopted = await gate.adopt(shard, generation, token);
  if (adopted !== 'ok') throw new Error(`ADOPT: ${adopted}`);
  return token;
}

/** Opens shard 0 and gives it the buckets. */
export async function openPools(
  gate: OpenPoolGate,
  buckets: readonly PoolBucket[],
  lossLimit: number | null = null,
): Promise<void> {
  await adopt(gate);
  for (const bucket of buckets) {
    const { status } = await gate.converge(1, bucket, lossLimit);
    if (status !== 'created') throw new Error(`CONVERGE: ${status}`);
  }
}

export function sale(requestId: string, changes: Partial<SaleRequest> = {}): SaleRequest {
  return {
    shard: 0,
    generation: 1,
    bucketId: 1,
    requestId,
    fingerprint: 'a'.repeat(64),
    quantity: 1,
    note: NOTE,
    isRetry: false,
    notAfterMs: Date.now() + 60_000,
    ...changes,
  };
}

export function holdOf(requestId: string, changes: Partial<HoldRequest> = {}): HoldRequest {
  return { ...sale(requestId, changes), deadlineMs: Date.now() + 60_000, ...changes };
}
