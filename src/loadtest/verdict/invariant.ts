import type { JsonObject } from '../../lib/json.ts';

export const INVARIANTS = {
  I1: 'nothing is oversold',
  I2: 'nothing is undersold',
  I3: 'every accepted order is settled exactly once, and nothing else is',
  I4: 'duplicates are answered alike and counted once',
  I5: 'no buyer passes his limit, and none is stopped below it',
  I6: 'what was refused, cancelled or expired leaves no trace',
  I7: 'no unit appears or disappears',
  I8: 'both stores agree after the drain',
  I9: 'nothing was ever negative',
  I10: 'every unknown answer was resolved',
} as const;
export type InvariantId = keyof typeof INVARIANTS;

/** One invariant of a run: whether it holds, by what it was judged, and who breaks it first. */
export interface InvariantResult {
  readonly id: InvariantId;
  readonly name: string;
  readonly holds: boolean;
  /** False where the run has nothing to judge it by: no limit, no Redis. */
  readonly applies: boolean;
  readonly evidence: JsonObject;
}

export const OFFENDERS_MAX = 10;

export function result(
  id: InvariantId,
  holds: boolean,
  evidence: JsonObject,
  applies = true,
): InvariantResult {
  return { id, name: INVARIANTS[id], holds, applies, evidence };
}

/** `I8 is broken: …`, for each that does not hold. */
export function brokenInvariants(results: readonly InvariantResult[]): readonly string[] {
  return results.flatMap(({ id, holds, name, evidence }) => {
    const { summary } = evidence;
    return holds ? [] : [`${id} is broken: ${typeof summary === 'string' ? summary : name}`];
  });
}

/** Counts what breaks an invariant and keeps the first of them. */
export interface Offenders<T> {
  readonly add: (offender: T) => void;
  readonly count: () => number;
  readonly first: () => readonly T[];
}

export function createOffenders<T>(): Offenders<T> {
  const first: T[] = [];
  let count = 0;
  return {
    add: (offender) => {
      count += 1;
      if (first.length < OFFENDERS_MAX) first.push(offender);
    },
    count: () => count,
    first: () => first,
  };
}
