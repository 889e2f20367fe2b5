import type { Finding, Unchecked } from '../../domain/reconcile/finding.ts';

/** What one check came to. */
export interface CheckReport {
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  /** How much was looked at, by name. */
  readonly checked: Readonly<Record<string, number>>;
}

/** How far a check has got: `done` of `total`, in a unit of its own. */
export type OnProgress = (done: number, total: number) => void;

/** Findings that a run keeps; that there may be more is said. */
export const FINDINGS_MAX = 10_000;
