import type { Trouble } from './units-answer.ts';

export const KNOWN_WITH_OTHER_CONTENT = 'a request id is known with other content';

export interface Attempts {
  /** Why the last one came to nothing; null: none did. */
  readonly lastTrouble: Trouble | null;
  /** Nothing is asked any more. */
  readonly isGivenUp: boolean;
  /** An answer of our own was lost on the way. */
  readonly hasLostReply: boolean;
}

/** What is odd about attempts, in words; null: nothing is. A store that is away or busy, or a frozen shard, is no riddle. */
export function oddTrouble({ lastTrouble, isGivenUp, hasLostReply }: Attempts): string | null {
  if (lastTrouble?.trouble === 'corrupt') return 'counters in Redis contradict each other';
  if (!isGivenUp) return null;
  if (lastTrouble?.trouble === 'fenced' || lastTrouble?.trouble === 'no_pool') {
    return 'Redis sells nothing of it, and nobody has opened it again';
  }
  return hasLostReply ? 'an answer was lost, and what it was could not be found out' : null;
}
