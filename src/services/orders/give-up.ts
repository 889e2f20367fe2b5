import { InvError } from '../../lib/errors.ts';
import type { Trouble } from './units-answer.ts';

export interface NoAnswer {
  readonly requestId: string;
  /** `the pool of MUG-RED`, `order 0193…`: what does not answer. */
  readonly subject: string;
  readonly trouble: Trouble | null;
  /**
   * Whether the request may be done: `own` = an answer to this very call was lost; `earlier` = others
   * may have sent the same id before, which cannot be looked up now; `none` = nobody has.
   */
  readonly doubt: 'none' | 'earlier' | 'own';
}

const DOUBTS = {
  own: 'an answer was lost, so the request may or may not be done',
  earlier: 'this call did nothing, and whether an earlier one was done cannot be told now',
} as const;

/** No order that is sent again can change that, only a person who has looked. */
const FROZEN_HINT = 'inv worker status';

/** Why there is no answer: nothing was executed, or nobody can tell. Never a NO. */
export function giveUp({ requestId, subject, trouble, doubt }: NoAnswer): InvError {
  const facts = { request_id: requestId };
  const why = trouble === null ? 'the time was too short' : reasonText(trouble, subject);
  const cause = trouble !== null && 'cause' in trouble ? trouble.cause : undefined;
  if (doubt !== 'own' && trouble?.trouble === 'frozen') {
    const done = doubt === 'none' ? 'nothing was executed' : DOUBTS.earlier;
    return new InvError('FENCED', `${why}; ${done}`, { hint: FROZEN_HINT, facts });
  }
  if (doubt === 'earlier' && trouble !== null && isAnswered(trouble)) {
    return new InvError(codeFor(trouble), `${why}; this call did nothing`, {
      hint: `inv worker once; then run it again with request id ${requestId}`,
      facts,
      cause,
    });
  }
  const hint = hintFor(trouble);
  if (doubt !== 'none') {
    const first = hint === undefined ? '' : `${hint}; then `;
    return new InvError('OUTCOME_UNKNOWN', `${why}; ${DOUBTS[doubt]}`, {
      hint: `${first}run it again with request id ${requestId}: it is done once, however often it is sent`,
      facts,
      cause,
    });
  }
  return new InvError(codeFor(trouble), `${why}; nothing was executed`, {
    ...(hint === undefined ? {} : { hint }),
    facts,
    cause,
  });
}

/** The ledger does not know the id, nor does the Redis that says this: it is not done so far. */
function isAnswered({ trouble }: Trouble): boolean {
  return trouble === 'busy' || trouble === 'corrupt';
}

function reasonText(trouble: Trouble, subject: string): string {
  switch (trouble.trouble) {
    case 'unavailable':
    case 'unknown':
      return trouble.cause instanceof InvError ? trouble.cause.message : 'a store does not answer';
    case 'fenced':
      return `${subject} is fenced: Redis was restarted or lost data, and is not checked yet`;
    case 'frozen':
      return `${subject} is in shard ${trouble.shard}, which is frozen: an operator has to look at it`;
    case 'no_pool':
      return `${subject} has not reached Redis yet`;
    case 'corrupt':
      return `${subject} waits for a repair: counters in Redis contradict each other`;
    case 'busy':
      return `${subject} waits for earlier sales to be settled`;
    case 'moved':
      return `${subject} changed while it was asked`;
    case 'late':
      return `${subject} was asked too late: this process is overloaded, or the clock of a store was set`;
  }
}

function codeFor(trouble: Trouble | null): 'STORE_UNAVAILABLE' | 'FENCED' | 'BUSY' {
  switch (trouble?.trouble) {
    case 'fenced':
    case 'frozen':
    case 'no_pool':
    case 'corrupt':
      return 'FENCED';
    case 'busy':
      return 'BUSY';
    default:
      return 'STORE_UNAVAILABLE';
  }
}

function hintFor(trouble: Trouble | null): string | undefined {
  switch (trouble?.trouble) {
    case 'fenced':
    case 'no_pool':
    case 'corrupt':
    case 'busy':
      return 'inv worker once';
    case 'unavailable':
    case 'unknown':
      return trouble.cause instanceof InvError ? trouble.cause.hint : undefined;
    default:
      return undefined;
  }
}
