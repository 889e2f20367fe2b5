import type { Inquiry } from './inquiry.ts';
import { KNOWN_WITH_OTHER_CONTENT, oddTrouble } from './odd-trouble.ts';
import { reportSuspicion } from './report-suspicion.ts';
import type { UnitsAnswer } from './units-answer.ts';

/**
 * Has the product checked when an answer ought not to be.
 * @param answer null: there was none
 */
export async function noteSuspicion(inquiry: Inquiry, answer: UnitsAnswer | null): Promise<void> {
  const { requestId, place } = inquiry.request;
  const reason = suspicionOf(inquiry, answer);
  if (reason === null) return;
  const about = { productId: place.productId };
  await reportSuspicion(inquiry.dependencies, { about, reason, requestId });
}

function suspicionOf(
  { request, lastTrouble, hasLostReply }: Inquiry,
  answer: UnitsAnswer | null,
): string | null {
  if (answer?.status === 'conflict') {
    return request.isFresh
      ? 'an id that was made just now is known with other content'
      : KNOWN_WITH_OTHER_CONTENT;
  }
  return oddTrouble({ lastTrouble, isGivenUp: answer === null, hasLostReply });
}
