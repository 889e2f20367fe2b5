import type { OrderDependencies } from './dependencies.ts';
import { giveUp } from './give-up.ts';
import { oddTrouble } from './odd-trouble.ts';
import type { OrderAnswer } from './order-answer.ts';
import { openPatience } from './patience.ts';
import { openSeries } from './series.ts';
import type { Series } from './series.ts';
import { isTrouble } from './units-answer.ts';
import type { Trouble } from './units-answer.ts';
import { watchOrder } from './watch-order.ts';
import type { OrderWatch } from './watch-order.ts';

/** A series of attempts to change an order that is known by its id alone. */
export interface Pursuit {
  readonly requestId: string;
  readonly series: Series;
  readonly watch: OrderWatch;
  /** An answer to an attempt of our own was lost: what is found done may be our own doing. */
  readonly isAnswerLost: boolean;
}

type Attempt = (pursuit: Pursuit) => Promise<OrderAnswer | Trouble>;

/**
 * Attempts it until there is an answer. Each attempt reads anew what the order is, so that one that
 * was done although its answer was lost is found done. What is odd about it is checked, except in a dry run.
 * @throws InvError OUTCOME_UNKNOWN: the id is known to others, so whether it was done before is open;
 *   INVARIANT_VIOLATED: a store answers what cannot be
 */
export async function pursue(
  dependencies: OrderDependencies,
  { requestId, dryRun }: { readonly requestId: string; readonly dryRun: boolean },
  attempt: Attempt,
): Promise<OrderAnswer> {
  const { clock, onSuspicion } = dependencies;
  const watching = dryRun ? { clock } : { clock, onSuspicion };
  return watchOrder(watching, requestId, (watch) => untilAnswered(dependencies, watch, attempt));
}

async function untilAnswered(
  dependencies: OrderDependencies,
  watch: OrderWatch,
  attempt: Attempt,
): Promise<OrderAnswer> {
  const { requestId } = watch;
  const series = openSeries(dependencies.clock, dependencies.limits.budgetMs);
  const patience = openPatience(dependencies, series);
  let isAnswerLost = false;
  for (;;) {
    const answer = await attempt({ requestId, series, watch, isAnswerLost });
    if (!isTrouble(answer)) return answer;
    isAnswerLost ||= answer.trouble === 'unknown';
    const end = await patience.wait(answer, { isAnswerLost });
    const met = {
      lastTrouble: end ?? answer,
      isGivenUp: end !== null,
      hasLostReply: isAnswerLost,
    };
    watch.oddity = oddTrouble(met) ?? watch.oddity;
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
