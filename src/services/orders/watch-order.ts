import type { Suspicion } from '../../ports/check-requests.ts';
import type { OrderDependencies } from './dependencies.ts';
import { reportSuspicion } from './report-suspicion.ts';

/** An order as somebody meets it who knows its id alone. */
export interface OrderWatch {
  readonly requestId: string;
  /** null: nobody can tell (yet). */
  about: Suspicion['about'];
  /** What ought not to be, in words; null: nothing. */
  oddity: string | null;
}

/** Does something with an order, and has its product checked when something odd was met on the way. */
export async function watchOrder<T>(
  dependencies: Pick<OrderDependencies, 'clock' | 'onSuspicion'>,
  requestId: string,
  meet: (watch: OrderWatch) => Promise<T>,
): Promise<T> {
  const watch: OrderWatch = { requestId, about: null, oddity: null };
  try {
    return await meet(watch);
  } finally {
    const { about, oddity: reason } = watch;
    if (reason !== null) await reportSuspicion(dependencies, { about, reason, requestId });
  }
}
