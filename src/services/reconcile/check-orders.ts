import { isUpTo } from '../../domain/pool.ts';
import { about, mayBeMore } from '../../domain/reconcile/finding.ts';
import type { Finding, Unchecked } from '../../domain/reconcile/finding.ts';
import { InvError } from '../../lib/errors.ts';
import type { LateOrder, ReconcileBooks, WrongOrder } from '../../ports/reconcile-books.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import { readShard } from '../pools/read-shard.ts';
import type { CheckReport } from './check-report.ts';

export interface OrderCheck {
  /** null = all. */
  readonly productIds: readonly number[] | null;
  readonly isFull: boolean;
  /** How long after its deadline an order must not be held any more, in milliseconds. */
  readonly lateMs: number;
}

type Pools = Pick<PoolDependencies, 'books' | 'gate'>;

const ORDERS_AT_ONCE = 20_000;
/** Without --full, the newest. */
const ORDERS_NEWEST = 100_000;
const LATE_MAX = 1_000;

/**
 * Orders that the books call settled and that nothing was booked for, and orders that are held in the
 * books long after their time while Redis holds nothing for them.
 * @param pools null: no pool was ever opened
 */
export async function checkOrders(
  books: ReconcileBooks,
  pools: Pools | null,
  { productIds, isFull, lateMs }: OrderCheck,
): Promise<CheckReport> {
  const { findings, checked } = await books.inSnapshot(async (snapshot) => {
    const last = await snapshot.lastOrderId();
    const first = isFull ? 0 : Math.max(0, last - ORDERS_NEWEST);
    const wrong: Finding[] = [];
    for (let from = first; from < last; from += ORDERS_AT_ONCE) {
      const orders = await snapshot.wrongOrders(from, Math.min(last, from + ORDERS_AT_ONCE));
      wrong.push(...orders.map(wrongOrder));
    }
    return { findings: wrong, checked: { orders_from: first, orders_to: last } };
  });
  const late = await lateOrders(books, pools, lateMs);
  return {
    findings: [...findings, ...late.findings].filter(
      ({ productId }) =>
        productIds === null || (productId !== null && productIds.includes(productId)),
    ),
    unchecked: late.unchecked,
    checked,
  };
}

/** An end that Redis has told and that is not settled yet is in flight: only where nothing is, they are late. */
async function lateOrders(
  books: ReconcileBooks,
  pools: Pools | null,
  lateMs: number,
): Promise<{ readonly findings: Finding[]; readonly unchecked: readonly Unchecked[] }> {
  const asked = { lateMs, limit: LATE_MAX };
  const late = await books.lateOrders(asked);
  if (late.length === 0 || pools === null) return { findings: [], unchecked: [] };
  try {
    const over = new Set<string>();
    for (const { requestId } of late) {
      const { found } = await pools.gate.findRequest(requestId);
      // Held, it is overdue in Redis itself; sold, its settlement is under way.
      if (found === null || found.record.status === 'no') over.add(requestId);
    }
    if (!(await isAllSettled(pools))) return { findings: [], unchecked: [] };
    const still = (await books.lateOrders(asked)).filter(({ requestId }) => over.has(requestId));
    const isCut = late.length === LATE_MAX;
    const more = mayBeMore(['orders.state'], { max: LATE_MAX, names: 'late orders' });
    return { findings: still.map(lateOrder), unchecked: isCut ? [more] : [] };
  } catch (error) {
    if (!(error instanceof InvError) || error.facts['store'] === 'mysql') throw error;
    const reason = error.message;
    return { findings: [], unchecked: [{ checks: ['orders.state'], reason, because: 'store' }] };
  }
}

/** Whether everything that Redis has told until now is in the books. */
async function isAllSettled(pools: Pools): Promise<boolean> {
  for (let shard = 0; shard < pools.gate.shards; shard += 1) {
    const { snapshot, now } = await readShard(pools, shard);
    const { lastEntryId } = snapshot;
    if (lastEntryId !== null && !isUpTo(lastEntryId, now.progress.watermark)) return false;
  }
  return true;
}

function wrongOrder({ requestId, quantity, booked, ...place }: WrongOrder): Finding {
  const evidence =
    booked === null
      ? `order ${requestId} is settled, and nothing is booked for it`
      : `order ${requestId} is settled with ${quantity} units, and ${booked} are booked for it`;
  return {
    ...about(`order ${requestId}`),
    ...place,
    check: 'orders.state',
    severity: 'violation',
    expected: quantity,
    actual: booked ?? 0,
    evidence,
    remedy: { kind: 'person', command: `inv order show ${requestId}` },
  };
}

function lateOrder({ requestId, deadline, ...place }: LateOrder): Finding {
  return {
    ...about(`order ${requestId}`),
    ...place,
    check: 'orders.state',
    severity: 'drift',
    expected: null,
    actual: null,
    evidence: `order ${requestId} is held in the books until ${deadline}, and Redis holds nothing for it`,
    remedy: { kind: 'order', requestId },
  };
}
