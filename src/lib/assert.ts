/**
 * A broken invariant of our own code: never caused by input or by a store being down.
 * @throws Error, reported to the user as a bug (exit 1).
 */
export function assert(holds: boolean, invariant: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${invariant}`);
}
