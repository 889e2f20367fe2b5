import type { Inquiry } from './inquiry.ts';
import type { UnitsAnswer } from './units-answer.ts';

/** A buyer does not wait longer for it, whatever MySQL does. */
const WAIT_MS_MAX = 1_000;

/**
 * Has the product checked when an answer ought not to be, if it can be noted in time: what the answer is
 * does not depend on it, and the check of the schedule comes in any case.
 * @param answer null: there was none
 */
export async function noteSuspicion(inquiry: Inquiry, answer: UnitsAnswer | null): Promise<void> {
  const { dependencies, request } = inquiry;
  const { clock, onSuspicion } = dependencies;
  const reason = suspicionOf(inquiry, answer);
  if (reason === null || onSuspicion === undefined) return;
  const { requestId, place } = request;
  const ended = new AbortController();
  const noted = onSuspicion({ about: { productId: place.productId }, reason, requestId })
    .catch(() => undefined)
    .finally(() => {
      ended.abort();
    });
  const timeIsUp = clock.sleep(WAIT_MS_MAX, ended.signal).catch(() => undefined);
  await Promise.race([noted, timeIsUp]);
}

/** What is odd, in words; null: nothing is. A store that is away or busy, or a frozen shard, is no riddle. */
function suspicionOf(
  { request, lastTrouble, hasLostReply }: Inquiry,
  answer: UnitsAnswer | null,
): string | null {
  if (answer?.status === 'conflict') {
    return request.isFresh
      ? 'an id that was made just now is known with other content'
      : 'a request id is known with other content';
  }
  if (lastTrouble?.trouble === 'corrupt') return 'counters in Redis contradict each other';
  if (answer !== null) return null;
  if (lastTrouble?.trouble === 'fenced' || lastTrouble?.trouble === 'no_pool') {
    return 'Redis sells nothing of it, and nobody has opened it again';
  }
  return hasLostReply ? 'an answer was lost, and what it was could not be found out' : null;
}
