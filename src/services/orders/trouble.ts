import { InvError } from '../../lib/errors.ts';
import type { Trouble } from './units-answer.ts';

type StoreTrouble = Extract<Trouble, { readonly cause: unknown }>;

/** What a failed attempt to change something means. @throws the error when a store did answer */
export function troubleOf(error: unknown): StoreTrouble {
  if (error instanceof InvError) {
    if (error.code === 'OUTCOME_UNKNOWN') return { trouble: 'unknown', cause: error };
    if (error.code === 'STORE_UNAVAILABLE' || error.code === 'BUSY') {
      return { trouble: 'unavailable', cause: error };
    }
  }
  throw error;
}

/** The same of a question: it changes nothing, so that no answer came is all there is to it. */
export function readingTrouble(error: unknown): StoreTrouble {
  return { ...troubleOf(error), trouble: 'unavailable' };
}
