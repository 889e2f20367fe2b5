import { InvError } from '../../../lib/errors.ts';
import type { ShardContext } from './shard-context.ts';

interface Answers<Answer> {
  readonly given: readonly Answer[];
  /** Why the others gave none: only some nodes of a cluster are away. */
  readonly silent: ReadonlyMap<number, unknown>;
}

/**
 * Asks every shard the same.
 * @throws InvError as the shards, when none answers, or one fails for another reason than that it is away
 */
export async function answersOf<Shard extends Pick<ShardContext, 'shard'>, Answer>(
  shards: readonly Shard[],
  ask: (shard: Shard) => Promise<Answer>,
): Promise<Answers<Answer>> {
  const given: Answer[] = [];
  const silent = new Map<number, unknown>();
  const outcomes = await Promise.allSettled(shards.map(ask));
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') given.push(outcome.value);
    else if (isAway(outcome.reason)) silent.set(shards[at]?.shard ?? at, outcome.reason);
    else throw outcome.reason;
  }
  if (given.length === 0) throw whyOf(silent);
  return { given, silent };
}

/** Why the first of them is silent. */
export function whyOf(silent: ReadonlyMap<number, unknown>): unknown {
  const [why] = silent.values();
  return why;
}

function isAway(error: unknown): boolean {
  return error instanceof InvError && error.code === 'STORE_UNAVAILABLE';
}
