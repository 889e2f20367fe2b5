import { randomUUID } from 'node:crypto';
import { createCatalogue } from '../../src/adapters/mysql/catalogue.ts';
import { createNamedLocks } from '../../src/adapters/mysql/named-locks.ts';
import { createPoolBooks } from '../../src/adapters/mysql/pools/pool-books.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import type { PoolDependencies } from '../../src/services/pools/dependencies.ts';
import { recoverShard } from '../../src/services/pools/recover-shard.ts';
import { workOnce } from '../../src/worker/work-once.ts';
import type { WorkReport } from '../../src/worker/work-report.ts';
import { testLimits } from './database.ts';
import type { TestDatabase } from './database.ts';
import { openGate } from './pool-gate.ts';
import type { GateBench } from './pool-gate.ts';

/** Both halves of the pools over a database of the test's own, open for sale. */
export interface PoolParts {
  readonly bench: GateBench;
  readonly pools: PoolDependencies;
  /** `inv worker once`. */
  readonly settle: () => Promise<WorkReport>;
}

export async function openPoolParts(
  { database, target }: Pick<TestDatabase, 'database' | 'target'>,
  { shards = 1 } = {},
): Promise<PoolParts> {
  const bench = openGate({ shards });
  const pools: PoolDependencies = {
    books: createPoolBooks({ database, lossLimit: null }),
    catalogue: createCatalogue(database),
    gate: bench.gate,
    clock: systemClock,
    locks: createNamedLocks(target, testLimits),
    newId: randomUUID,
    settings: { batchEventsMax: 2000, retentionMs: 600_000 },
  };
  for (let shard = 0; shard < shards; shard += 1) await recoverShard(pools, shard);
  const signal = new AbortController().signal;
  return {
    bench,
    pools,
    settle: () => workOnce(pools, { report: () => undefined, signal }),
  };
}
