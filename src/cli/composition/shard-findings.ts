import { openDatabase } from '../../adapters/mysql/database.ts';
import type { ShardFindings } from '../../services/doctor/judge-pools.ts';
import { workerStatus } from '../../worker/worker-status.ts';
import type { ShardStatus } from '../../worker/worker-status.ts';
import { mysqlLimits, mysqlPlace } from './mysql-store.ts';
import type { MysqlStoreOptions } from './mysql-store.ts';
import { createPoolDependencies } from './pool-dependencies.ts';
import { openPoolGate } from './pool-gate.ts';

/** How settlement stands, of servers that run. None where no pool was ever opened: Redis is left alone then. */
export async function shardFindings(options: MysqlStoreOptions): Promise<readonly ShardFindings[]> {
  const { config, clock } = options;
  const { application } = await mysqlPlace(options);
  const limits = { ...mysqlLimits(config), poolSizeMax: 1, statementTimeoutMs: 3_000 };
  const database = await openDatabase({ target: application, limits, clock });
  const gate = await openPoolGate(options);
  try {
    const pools = await createPoolDependencies(options, { database, gate });
    const buckets = await pools.books.buckets({ includeClosed: true });
    if (buckets.length === 0) return [];
    return (await workerStatus(pools)).map(findingsOf);
  } finally {
    await gate.disconnect();
    await database.close();
  }
}

function findingsOf(status: ShardStatus): ShardFindings {
  return {
    shard: status.shard,
    isFrozen: status.state === 'frozen',
    frozenReason: status.frozenReason,
    isFenced: status.gate === null ? null : status.gate === 'fenced',
    lagEntries: status.lagEntries,
    lagMs: status.lagMs,
    hasWorker: status.active !== null,
    parked: status.parked,
  };
}
