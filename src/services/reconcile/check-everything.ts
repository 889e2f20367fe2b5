import type { Scope } from '../../domain/reconcile/checks.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import { checkBookings } from './check-bookings.ts';
import { checkHolds } from './check-holds.ts';
import { checkLedger } from './check-ledger.ts';
import { checkOrders } from './check-orders.ts';
import { checkPools } from './check-pools.ts';
import type { CheckReport, OnProgress } from './check-report.ts';
import { checkSettings } from './check-settings.ts';
import type { ReconcileDependencies } from './dependencies.ts';

export interface Checks {
  readonly scopes: readonly Scope[];
  /** null = all. */
  readonly productIds: readonly number[] | null;
  readonly isFull: boolean;
  /** False: nothing is written, so nothing is sealed either. */
  readonly isRecorded: boolean;
  readonly onProgress: OnProgress;
}

/**
 * Every check of these scopes. Those of the ledger are the work of MySQL, those of the pools of Redis and
 * of this process, so the two go on at once where there are connections for both.
 * @throws InvError STORE_UNAVAILABLE (MySQL)
 */
export async function checkEverything(
  dependencies: ReconcileDependencies,
  checks: Checks,
): Promise<CheckReport> {
  const { books, connectionsMax, lateMs, servers } = dependencies;
  const { scopes, productIds, isFull } = checks;
  const has = (scope: Scope): boolean => scopes.includes(scope);
  const hasPools = await books.hasPools();
  const asksRedis = hasPools && (has('pools') || has('holds') || has('orders'));
  const pools = asksRedis ? await dependencies.pools() : null;
  const ofLedger = has('ledger') ? checkSealed(dependencies, checks) : Promise.resolve([]);
  if (connectionsMax === 1) await ofLedger;
  const ofPools = pools === null ? [] : checkInRedis(dependencies, pools, checks);
  const reports = (await Promise.all([ofLedger, ofPools])).flat();
  if (has('orders')) {
    reports.push(await checkOrders(books, pools, { productIds, isFull, lateMs }));
  }
  if (has('settings') && productIds === null) {
    const redis = hasPools ? servers.redis : null;
    reports.push(await checkSettings({ mysql: servers.mysql, redis }));
  }
  return {
    findings: reports.flatMap(({ findings }) => findings),
    unchecked: reports.flatMap(({ unchecked }) => unchecked),
    checked: Object.assign({}, ...reports.map(({ checked }) => checked)) as CheckReport['checked'],
  };
}

async function checkSealed(
  { books, clock }: ReconcileDependencies,
  { productIds, isFull, isRecorded, onProgress }: Checks,
): Promise<readonly CheckReport[]> {
  if (isRecorded && productIds === null) await books.advanceSeals();
  const random = (): number => clock.random();
  return [await checkLedger(books, { productIds, isFull, random, onProgress })];
}

async function checkInRedis(
  { books, lateMs }: ReconcileDependencies,
  pools: PoolDependencies,
  { scopes, productIds, isFull }: Checks,
): Promise<readonly CheckReport[]> {
  const reports: CheckReport[] = [];
  if (scopes.includes('pools')) {
    reports.push(await checkPools(pools, { productIds, lateMs }));
    reports.push(await checkBookings(books, { productIds, isFull }));
  }
  if (scopes.includes('holds')) reports.push(await checkHolds(pools, { productIds, lateMs }));
  return reports;
}
