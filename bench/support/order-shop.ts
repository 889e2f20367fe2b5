import { Redis } from 'ioredis';
import { readPoolLibrary } from '../../src/adapters/redis/pool/library.ts';
import { createPoolGate } from '../../src/adapters/redis/pool/pool-gate.ts';
import type { OpenPoolGate } from '../../src/adapters/redis/pool/pool-gate.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { PoolBucket, SaleNote, StreamId } from '../../src/domain/pool.ts';
import type { SaleRequest } from '../../src/ports/pool-gate.ts';
import { check } from './result.ts';
import type { Check } from './result.ts';

/** How often Redis brings its log to the disk; `off`: it keeps none. */
export type Durability = 'off' | 'everysec' | 'always';

const UNITS = 1_000_000_000_000;
const PREFIX = 'bench';
const FINGERPRINT = 'a'.repeat(64);
const NOTE: SaleNote = {
  kind: 'sale',
  origin: { actor: 'bench', host: 'here', source: 'bench' },
  buyer: null,
  reference: null,
  reason: null,
  occurredAt: null,
};
const START: StreamId = { ms: 0, seq: 0 };

/** One hot product in a Redis of the benchmark's own. */
export interface OrderShop {
  readonly gate: OpenPoolGate;
  /** Plain commands on a connection of their own, as one would send them by hand. */
  readonly redis: Redis;
  request(requestId: string): SaleRequest;
  /** The very call that the gate makes for one request. */
  callOf(requestId: string): readonly string[];
  /** An empty server of this durability, on which the product is for sale. */
  reopen(durability: Durability): Promise<void>;
  /**
   * Compares the books of Redis with what was accepted since it was opened; null where that is not
   * known exactly. @returns what was sold, and whether everything says so
   */
  audit(what: string, accepted: number | null): Promise<{ sold: number; check: Check }>;
  close(): Promise<void>;
}

export async function openShop(socket: string, packageRoot: string): Promise<OrderShop> {
  const gate = createPoolGate({
    target: {
      label: socket,
      address: { socketPath: socket },
      user: null,
      password: null,
      database: 0,
      tls: null,
    },
    limits: { connectTimeoutMs: 2000, commandTimeoutMs: 10_000 },
    clock: systemClock,
    packageRoot,
    keyPrefix: PREFIX,
    shards: 1,
    retentionMs: 600_000,
    backlogEntriesMax: 1_000_000_000,
    batchRequestsMax: 256,
    callsInFlightMax: 4,
  });
  const redis = new Redis(socket);
  const library = await readPoolLibrary(packageRoot);
  const notAfterMs = Date.now() + 86_400_000;
  const keys = ['meta', 'r', 'ev', 'n', 'due', 'p:1', 'h:1', 'b:1'];
  const { origin } = NOTE;
  const note = JSON.stringify([
    'sale',
    origin.actor,
    origin.host,
    origin.source,
    null,
    null,
    null,
    null,
  ]);

  return {
    gate,
    redis,
    request: (requestId) => ({
      shard: 0,
      generation: 1,
      bucketId: 1,
      requestId,
      fingerprint: FINGERPRINT,
      quantity: 1,
      note: NOTE,
      isRetry: false,
      notAfterMs,
    }),
    callOf: (requestId) => [
      'FCALL',
      library.functionName('sell-orders'),
      String(keys.length),
      ...keys.map((key) => `${PREFIX}:{0}:${key}`),
      ...['1', '600000', '1000000000', '1'],
      ...[requestId, FINGERPRINT + note, `s 1 1 0 ${notAfterMs} 0`],
    ],
    reopen: async (durability) => {
      await redis.flushall();
      await setDurability(redis, durability);
      await gate.begin(0, 1, 'token');
      await gate.adopt(0, 1, 'token');
      const { status } = await gate.converge(1, hotBucket(), null);
      if (status !== 'created') throw new Error(`the product is not for sale: ${status}`);
    },
    audit: (what, accepted) => audit(gate, what, accepted),
    close: async () => {
      redis.disconnect();
      await gate.disconnect();
    },
  };
}

async function setDurability(redis: Redis, durability: Durability): Promise<void> {
  if (durability !== 'off') await redis.config('SET', 'appendfsync', durability);
  await redis.config('SET', 'appendonly', durability === 'off' ? 'no' : 'yes');
  // Turning it on writes the whole data once, beside the traffic.
  while (/aof_rewrite_(in_progress|scheduled):1/.test(await redis.info('persistence'))) {
    await systemClock.sleep(10);
  }
}

function hotBucket(): PoolBucket {
  return {
    id: 1,
    poolId: 1,
    productId: 1,
    sku: 'HOT',
    locationId: 1,
    location: 'MAIN',
    shard: 0,
    bucket: 0,
    epoch: 1,
    saleEpoch: 1,
    state: 'open',
    grantVersion: 1,
    delegated: UNITS,
    settledSeq: 0,
    settledCum: 0,
    settledRet: 0,
    sold: 0,
    returned: 0,
    duplicates: 0,
    short: 0,
    quarantine: 0,
    terms: { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null },
  };
}

/** Sold = accepted = events, each request once, numbered without a hole, and a record for each. */
async function audit(
  gate: OpenPoolGate,
  what: string,
  accepted: number | null,
): Promise<{ sold: number; check: Check }> {
  const [bucket] = (await gate.snapshot(0)).buckets;
  const ids = new Set<string>();
  let [after, inOrder] = [START, 0];
  for (;;) {
    const { entries } = await gate.readEvents(0, after, 20_000);
    const last = entries.at(-1);
    if (last === undefined) break;
    for (const event of entries.flatMap(({ events }) => events ?? [])) {
      if (event.kind === 'sale' && event.seq === inOrder + 1 && event.cum === event.seq) {
        inOrder += 1;
      }
      ids.add(event.requestId);
    }
    after = last.id;
  }
  const sold = bucket?.cum ?? -1;
  const wanted = accepted ?? sold;
  const books = [sold, UNITS - (bucket?.avail ?? 0), bucket?.isSound, inOrder, ids.size];
  return { sold, check: check(`${what}: books`, books, [wanted, wanted, true, wanted, wanted]) };
}
