import { MENDED_BEFORE } from './verdict.ts';
import type { Outcome, Status } from './verdict.ts';

/** How many rows a plan has, and what became of them. */
export interface PlanRows {
  readonly planned: number;
  /** Made by this run. */
  readonly made: number;
  /** Made by an earlier run of the same plan. */
  readonly madeBefore: number;
  /** Wrong by another number than the plan saw: left as they are. */
  readonly changed: number;
  /** Nothing is wrong there any more. */
  readonly gone: number;
  /** Tried, and not made. */
  readonly open: number;
}

interface JudgedRow {
  readonly outcome: Outcome;
  readonly why: string | null;
}

export function countRows(rows: readonly JudgedRow[]): PlanRows {
  const count = (isCounted: (row: JudgedRow) => boolean): number => rows.filter(isCounted).length;
  return {
    planned: rows.length,
    made: count((row) => row.outcome === 'repaired' && !isMadeBefore(row)),
    madeBefore: count(isMadeBefore),
    changed: count(({ outcome }) => outcome === 'stale'),
    gone: count(({ outcome }) => outcome === 'gone'),
    open: count(({ outcome }) => outcome === 'open' || outcome === 'failed'),
  };
}

export function isMadeBefore({ outcome, why }: JudgedRow): boolean {
  return outcome === 'repaired' && why === MENDED_BEFORE;
}

/** Of the rows alone, whatever their severity: `inconclusive` is a plan that nothing can be told from. */
export function statusOfRows({ planned, made, madeBefore, changed, open }: PlanRows): Status {
  if (changed > 0 || open > 0) return 'drift';
  return planned > 0 && made + madeBefore === planned ? 'repaired' : 'inconclusive';
}
