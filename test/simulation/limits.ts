/** All times are ticks; a tick is one step of the scheduler. */

/** Longest life of one series of attempts (`BUDGET`). */
export const BUDGET_TICKS = 90;

/** Life of a recorded NO: two budgets, and the clock of Redis may step from one side to the other. */
export function noLifeTicks(skewTicks: number): number {
  return 2 * BUDGET_TICKS + 2 * skewTicks + 1;
}

export const HOLD_TICKS = 45;

/** Units that a crash may lose of one pool, where the loss bound is on. */
export const LOSS_LIMIT = 3;

/** Stream ids made of a tick leave room for the calls within it. */
export const IDS_PER_TICK = 16;
