import { randomUUID } from 'node:crypto';
import { createCatalogue } from '../../src/adapters/mysql/catalogue.ts';
import { createNamedLocks } from '../../src/adapters/mysql/named-locks.ts';
import { createCheckRequests } from '../../src/adapters/mysql/reconcile/check-requests.ts';
import { createReconcileBooks } from '../../src/adapters/mysql/reconcile/reconcile-books.ts';
import { systemClock } from '../../src/adapters/system/clock.ts';
import { SCOPES } from '../../src/domain/reconcile/checks.ts';
import type { RedisFacts } from '../../src/ports/server-facts.ts';
import type { PoolDependencies } from '../../src/services/pools/dependencies.ts';
import type { ReconcileDependencies } from '../../src/services/reconcile/dependencies.ts';
import { runReconcile } from '../../src/services/reconcile/run-reconcile.ts';
import type {
  ReconcileRequest,
  ReconcileResult,
} from '../../src/services/reconcile/run-reconcile.ts';
import { testLimits } from './database.ts';
import type { TestDatabase } from './database.ts';

export interface ReconcileOn {
  /** Movements are sealed after twice this time. */
  readonly statementTimeoutMs?: number;
  /** That one statement of a full check reads. */
  readonly movementsAtOnce?: number;
  /** Without it, a test has none. */
  readonly pools?: PoolDependencies;
  readonly redis?: Partial<RedisFacts>;
  readonly lateMs?: number;
}

export function reconcileOn(
  { database, target }: TestDatabase,
  {
    statementTimeoutMs = 1,
    movementsAtOnce = 100_000,
    pools,
    redis,
    lateMs = 60_000,
  }: ReconcileOn = {},
): ReconcileDependencies {
  return {
    books: createReconcileBooks({ database, statementTimeoutMs, movementsAtOnce }),
    pools: () =>
      pools === undefined ? Promise.reject(new Error('no pools here')) : Promise.resolve(pools),
    servers: {
      mysql: () => Promise.resolve({ variables: GOOD_MYSQL }),
      redis: () => Promise.resolve([{ name: 'Redis', facts: { ...GOOD_REDIS, ...redis } }]),
    },
    connectionsMax: testLimits.poolSizeMax,
    lateMs,
    requests: createCheckRequests(database),
    catalogue: createCatalogue(database),
    locks: createNamedLocks(target, testLimits),
    clock: systemClock,
    origin: { actor: 'tester', host: 'here', source: 'test' },
    newId: randomUUID,
  };
}

const GOOD_MYSQL: ReadonlyMap<string, string> = new Map([
  ['innodb_flush_log_at_trx_commit', '1'],
  ['log_bin', 'ON'],
  ['sync_binlog', '1'],
]);

const GOOD_REDIS: RedisFacts = {
  flavor: 'redis',
  version: '7.0.0',
  latencyMs: 1,
  clockOffsetMs: 0,
  role: 'master',
  isCluster: false,
  maxmemoryPolicy: 'noeviction',
  isAofOn: true,
  isLastWriteOk: true,
  appendfsync: 'always',
  userName: 'default',
  rights: undefined,
};

/** A run over everything, in the way of `inv reconcile`, unless the request says otherwise. */
export function reconcile(
  dependencies: ReconcileDependencies,
  request: Partial<ReconcileRequest> = {},
): Promise<ReconcileResult> {
  return runReconcile(dependencies, {
    mode: 'check',
    scopes: SCOPES,
    products: null,
    isFull: false,
    changesMax: 100,
    waitMs: 0,
    isRecorded: true,
    onProgress: () => undefined,
    ...request,
  });
}

/** Check, subject and numbers of each finding that is more than a notice. */
export function told({ findings }: ReconcileResult): readonly (readonly unknown[])[] {
  return findings
    .filter(({ finding }) => finding.severity !== 'notice')
    .map(({ finding }) => [finding.check, finding.subject, finding.expected, finding.actual]);
}
