import type { OrderState } from '../../domain/pool.ts';
import type { BookedOrderRow, OrderFilter, OrderRow, PoolBooks } from '../../ports/pool-books.ts';
import type { OrderDependencies } from './dependencies.ts';
import { recordedOrder } from './known-order.ts';
import { recordedState } from './shown-order.ts';
import { isTrouble } from './units-answer.ts';

/** A row of the books; `accepted`: a hold that is due, but was confirmed, and that is not settled yet. */
export interface ListedOrder extends Omit<BookedOrderRow, 'state'> {
  readonly state: OrderState;
}

/**
 * Orders in the books, the newest first. What Redis has sold and nobody has settled yet is not
 * among them. A hold that is due is listed as what has become of it, which the books learn late.
 * @throws InvError STORE_UNAVAILABLE (MySQL)
 */
export async function listOrders(
  dependencies: OrderDependencies,
  filter: OrderFilter,
): Promise<readonly ListedOrder[]> {
  const books = await dependencies.books();
  const rows = await books.orders(filter);
  const late = filter.state === 'expired' ? await books.orders({ ...filter, state: 'held' }) : [];
  const held = [...rows, ...late].filter(({ state }) => state === 'held');
  const ended = await endsOf(dependencies, books, held);
  const listed = [...rows, ...late]
    .map((row): ListedOrder => ({ ...row, state: ended.get(row.requestId) ?? row.state }))
    .filter(({ state }) => filter.state === null || state === filter.state);
  if (late.length > 0) listed.sort(newestFirst);
  return listed.slice(0, filter.limit);
}

function newestFirst(one: ListedOrder, other: ListedOrder): number {
  if (one.createdAt === other.createdAt) return 0;
  return one.createdAt < other.createdAt ? 1 : -1;
}

/** What has become of the holds that are due, by request id. */
async function endsOf(
  dependencies: OrderDependencies,
  books: PoolBooks,
  held: readonly OrderRow[],
): Promise<ReadonlyMap<string, OrderState>> {
  const ends = new Map<string, OrderState>();
  const [first] = held;
  if (first === undefined) return ends;
  const asked = await recordedOrder(dependencies, first.requestId);
  const nowMs = isTrouble(asked)
    ? Date.parse((await books.lookup(first.requestId)).now)
    : asked.time.nowMs;
  for (const { requestId, deadline } of held) {
    if (deadline === null || Date.parse(deadline) > nowMs) continue;
    // Few: a worker gives due holds back within moments.
    const recorded = isTrouble(asked) ? asked : await recordedOrder(dependencies, requestId);
    const record = isTrouble(recorded) ? undefined : recorded.found?.record;
    const isKnown = record !== undefined && record.status !== 'unreadable';
    ends.set(requestId, isKnown ? recordedState(record, nowMs) : 'expired');
  }
  return ends;
}
