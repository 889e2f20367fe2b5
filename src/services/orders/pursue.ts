import type { OrderDependencies } from './dependencies.ts';
import { giveUp } from './give-up.ts';
import type { OrderAnswer } from './order-answer.ts';
import { openPatience } from './patience.ts';
import { openSeries } from './series.ts';
import type { Series } from './series.ts';
import { isTrouble } from './units-answer.ts';
import type { Trouble } from './units-answer.ts';

/** A series of attempts to change an order that is known by its id alone. */
export interface Pursuit {
  readonly requestId: string;
  readonly series: Series;
  /** An answer to an attempt of our own was lost: what is found done may be our own doing. */
  readonly isAnswerLost: boolean;
}

/**
 * Attempts it until there is an answer. Each attempt reads anew what the order is, so that one that
 * was done although its answer was lost is found done.
 * @throws InvError OUTCOME_UNKNOWN: the id is known to others, so whether it was done before is open
 */
export async function pursue(
  dependencies: OrderDependencies,
  requestId: string,
  attempt: (pursuit: Pursuit) => Promise<OrderAnswer | Trouble>,
): Promise<OrderAnswer> {
  const series = openSeries(dependencies.clock, dependencies.limits.budgetMs);
  const patience = openPatience(dependencies, series);
  let isAnswerLost = false;
  for (;;) {
    const answer = await attempt({ requestId, series, isAnswerLost });
    if (!isTrouble(answer)) return answer;
    isAnswerLost ||= answer.trouble === 'unknown';
    const end = await patience.wait(answer, { isAnswerLost });
    if (end !== null) {
      throw giveUp({
        requestId,
        subject: `order ${requestId}`,
        trouble: end,
        doubt: isAnswerLost ? 'own' : 'earlier',
      });
    }
  }
}
