import { FINE_BITS, maxOf, percentile } from '../histogram/histogram.ts';
import { mergeSparse } from '../histogram/sparse-histogram.ts';
import type { Phase } from '../profile/phase.ts';
import type { LoadRun } from './load-run.ts';

/** From where on the figures are the generator's own and not the system's. */
export interface GeneratorBounds {
  /** Starts may be this late at the 99th percentile. */
  readonly lagMsP99Max: number;
  /** The schedule may take this much longer than planned, as a share … */
  readonly stretchShareMax: number;
  /** … or in milliseconds: less is one late start, not a slow generator. */
  readonly stretchMsMin: number;
  /** Starts that may be dropped for want of places in flight, as a share of those offered. */
  readonly droppedShareMax: number;
  /** The event loop of a generator may be this busy. */
  readonly busyShareMax: number;
}

export const DEFAULT_BOUNDS: GeneratorBounds = {
  lagMsP99Max: 20,
  stretchShareMax: 0.01,
  stretchMsMin: 100,
  droppedShareMax: 0.01,
  busyShareMax: 0.98,
};

/** Of the time in which the buyers of a rush come. */
const RUSH_LAG_SHARE_MAX = 0.05;

/**
 * How late starts may be where nobody has said so. In a rush, in which each buyer comes once within a
 * window, it is a share of the window: those who are late by less make the same rush, and what they
 * waited counts as latency (see docs/decisions/0015).
 */
export function usualLagMsMax(phases: readonly Phase[]): number {
  const [rush] = phases.filter(({ isEachBuyerOnce }) => isEachBuyerOnce);
  const { lagMsP99Max } = DEFAULT_BOUNDS;
  return Math.max(lagMsP99Max, Math.floor((rush?.durationMs ?? 0) * RUSH_LAG_SHARE_MAX));
}

/** The usual bounds, with starts that may be so late. */
export function boundsFor(lagMsP99Max: number): GeneratorBounds {
  return { ...DEFAULT_BOUNDS, lagMsP99Max, stretchMsMin: Math.max(100, lagMsP99Max) };
}

/** Why the generator was the limit; empty when it was not. The run is invalid then: neither good nor bad. */
export function judgeGenerator(run: LoadRun, bounds: GeneratorBounds): readonly string[] {
  const { counts, health } = run;
  const reasons: string[] = [];
  if (run.isAborted) reasons.push('the run was interrupted');
  const lag = mergeSparse(FINE_BITS, [run.histograms.lag]);
  const lagMsP99 = percentile(lag, 0.99) ?? 0;
  if (lagMsP99 > bounds.lagMsP99Max) {
    reasons.push(
      `starts were late: ${lagMsP99.toFixed(1)} ms at the 99th percentile, ${maxOf(lag).toFixed(1)} ms at most (bound ${bounds.lagMsP99Max} ms)`,
    );
  }
  const stretchMs = health.dispatchedMs - health.plannedMs;
  if (stretchMs > Math.max(bounds.stretchMsMin, health.plannedMs * bounds.stretchShareMax)) {
    reasons.push(
      `the rate was not reached: a schedule of ${health.plannedMs.toFixed(0)} ms took ${health.dispatchedMs.toFixed(0)} ms`,
    );
  }
  const droppedShare = counts.offered === 0 ? 0 : counts.dropped / counts.offered;
  if (droppedShare > bounds.droppedShareMax) {
    reasons.push(
      `${counts.dropped} of ${counts.offered} starts were dropped (${percent(droppedShare)}): too many were in flight`,
    );
  }
  if (health.busyShare > bounds.busyShareMax) {
    reasons.push(
      `the generator had no time left: its event loop was busy for ${percent(health.busyShare)}`,
    );
  }
  return reasons;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
