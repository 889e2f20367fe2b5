import type { Finding, Unchecked } from './finding.ts';

/**
 * What became of a finding in its run. `gone`: when it was to be mended nothing was wrong any more;
 * `stale`: it was wrong by another number than the one that was seen, and was left as it is.
 */
export type Outcome = 'open' | 'repaired' | 'gone' | 'stale' | 'failed';

/** Why nothing was done about a row of a plan that was mended by an earlier run of the same plan. */
export const MENDED_BEFORE = 'mended before';

export interface JudgedFinding {
  readonly finding: Finding;
  readonly outcome: Outcome;
}

/** `drift`: differences are open; `repaired`: there were some, and all are mended. */
export type Status = 'clean' | 'drift' | 'repaired' | 'inconclusive';

/**
 * What could not be looked at is never clean; a difference that was seen is said before it, also one of
 * which only the number is known.
 */
export function statusOf(
  findings: readonly JudgedFinding[],
  unchecked: readonly Unchecked[],
): Status {
  if (findings.some(isOpen) || unchecked.some(isMore)) return 'drift';
  if (unchecked.length > 0) return 'inconclusive';
  return findings.some(({ outcome }) => outcome === 'repaired') ? 'repaired' : 'clean';
}

/** What the exit code of a run says; null: all is well. */
export type Alarm = 'violated' | 'different' | 'store_away' | 'moving';

export function alarmOf(
  findings: readonly JudgedFinding[],
  unchecked: readonly Unchecked[],
): Alarm | null {
  const open = findings.filter(isOpen);
  if (open.some(({ finding }) => finding.severity === 'violation')) return 'violated';
  if (open.length > 0 || unchecked.some(isMore)) return 'different';
  if (unchecked.length === 0) return null;
  return unchecked.some(({ because }) => because === 'store') ? 'store_away' : 'moving';
}

/** Whether differences were left unseen, so that all of them are never said to be mended. */
export function isMore({ because }: Unchecked): boolean {
  return because === 'more';
}

/** Worth knowing, and nothing was done about it. */
export function isNotice({ finding, outcome }: JudgedFinding): boolean {
  return finding.severity === 'notice' && outcome !== 'repaired' && outcome !== 'failed';
}

/** Notices are told and alarm nobody. */
export function isOpen({ finding, outcome }: JudgedFinding): boolean {
  return outcome !== 'repaired' && outcome !== 'gone' && finding.severity !== 'notice';
}
