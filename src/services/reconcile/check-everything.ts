import type { Scope } from '../../domain/reconcile/checks.ts';
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

/** Every check of these scopes, one after the other. @throws InvError STORE_UNAVAILABLE (MySQL) */
export async function checkEverything(
  dependencies: ReconcileDependencies,
  { scopes, productIds, isFull, isRecorded, onProgress }: Checks,
): Promise<CheckReport> {
  const { books, clock, lateMs, servers } = dependencies;
  const reports: CheckReport[] = [];
  const has = (scope: Scope): boolean => scopes.includes(scope);
  const hasPools = await books.hasPools();
  const asksRedis = hasPools && (has('pools') || has('holds') || has('orders'));
  const pools = asksRedis ? await dependencies.pools() : null;
  if (has('ledger')) {
    if (isRecorded && productIds === null) await books.advanceSeals();
    reports.push(
      await checkLedger(books, { productIds, isFull, random: () => clock.random(), onProgress }),
    );
  }
  if (has('pools') && pools !== null) {
    reports.push(await checkPools(pools, { productIds, lateMs }));
    reports.push(await checkBookings(books, { productIds, isFull }));
  }
  if (has('holds') && pools !== null) {
    reports.push(await checkHolds(pools, { productIds, lateMs }));
  }
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
