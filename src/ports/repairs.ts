import type { Finding } from '../domain/reconcile/finding.ts';
import type { Origin } from '../domain/posting.ts';

export interface NumberedFinding {
  /** From 1, within its run. */
  readonly number: number;
  readonly finding: Finding;
}

/** What a repair has changed. */
export interface Receipt {
  /** The run that made it. */
  readonly runId: string;
  readonly requestId: string;
  readonly before: string;
  readonly after: string;
}

/** Which finding is mended, and by whom. */
export interface RepairOf extends NumberedFinding {
  /** The run that mends, under whose number the receipt is kept. */
  readonly runId: string;
  /** The run that found it; with a plan another one. */
  readonly foundBy: string;
  /** `reconcile:<run that found it>:<number>`: mended under one id once, whoever does it. */
  readonly requestId: string;
  readonly origin: Origin;
}

/** A repair that was begun by a run which never told its end. */
export interface CutOffRepair extends NumberedFinding {
  readonly runId: string;
  /** The run that found it. */
  readonly foundBy: string;
  /** ISO 8601 UTC. */
  readonly begunAt: string;
  /** A worker made it by itself: it may be in the middle of it, whoever else reconciles. */
  readonly isByWorker: boolean;
}

export type RepairOutcome =
  | { readonly status: 'repaired'; readonly before: string; readonly after: string }
  /** By an earlier run of the same repair. */
  | { readonly status: 'replayed'; readonly receipt: Receipt }
  /** Nothing is wrong any more. */
  | { readonly status: 'gone' }
  /** It is wrong by another number than the one that was seen; nothing was changed. */
  | { readonly status: 'stale'; readonly reason: string }
  /** It cannot be mended now; nothing was changed. */
  | { readonly status: 'failed'; readonly reason: string };
