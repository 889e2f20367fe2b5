import type { PostingOutcome } from '../domain/posting.ts';
import { assert } from '../lib/assert.ts';
import { InvError } from '../lib/errors.ts';
import type { PostingStrategy } from '../ports/posting-strategy.ts';
import { draftOf } from './bench-draft.ts';
import type { DraftParts } from './bench-draft.ts';
import type { BenchAnswer, Contestant } from './contestant.ts';

/** A strategy as `inv stock out` uses it. */
export function strategyContestant(
  strategy: PostingStrategy,
  parts: DraftParts,
  more: Omit<Contestant, 'take' | 'isUnsafe'>,
): Contestant {
  return {
    ...more,
    isUnsafe: false,
    take: async (request) => {
      const options = { atomic: true, dryRun: false, isFresh: !request.isDoubled };
      const [outcome] = await strategy.post([draftOf(request, parts)], options);
      assert(outcome !== undefined, 'one draft has one outcome');
      return answerOf(outcome);
    },
  };
}

function answerOf(outcome: PostingOutcome): BenchAnswer {
  switch (outcome.status) {
    case 'posted':
      return 'accepted';
    case 'settling':
      return outcome.replayed ? 'replayed' : 'accepted';
    case 'replayed':
      return 'replayed';
    case 'insufficient':
    case 'pool_refused':
    case 'void':
      return 'rejected';
    default:
      throw new InvError(
        'UNEXPECTED',
        `an answer that the bench did not ask for: ${outcome.status}`,
      );
  }
}
