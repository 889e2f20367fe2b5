import type { Config } from './config.ts';
import type { Problem } from './problem.ts';

/** By how much the clock of a server may jump while an order is under way. */
const CLOCK_SKEW_MS = 1000;

/**
 * A refusal must outlive every attempt of the same request that may still be under way (docs/pool-protocol.md,
 * section 9), or one caller could hear NO and another SOLD.
 */
export function poolProblems({ pools }: Config): readonly Problem[] {
  const needed = 2 * pools.budgetMs + CLOCK_SKEW_MS;
  if (pools.retentionMs >= needed) return [];
  return [
    {
      location: 'pools.retention_ms',
      setting: 'pools.retention_ms',
      message: `is ${String(pools.retentionMs)}, and has to be ${String(needed)} at least: twice pools.budget_ms (${String(pools.budgetMs)}) and a second`,
    },
  ];
}
