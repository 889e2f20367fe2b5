/**
 * A stretch of a profile in which the rate goes in a straight line from one value to another.
 * A profile is a list of them, one after the other.
 */
export interface Phase {
  readonly name: string;
  readonly durationMs: number;
  readonly ratePerSecondFrom: number;
  readonly ratePerSecondTo: number;
  /** Exactly so many starts, spread as the rate says; null = as many as the rate brings about. */
  readonly starts: number | null;
  /** A start takes the buyers in turn, each once, instead of drawing them. */
  readonly isEachBuyerOnce: boolean;
  /** Sent and judged like the rest, to a product of its own, and left out of every figure. */
  readonly isWarmUp: boolean;
}

/** Starts that the rate brings about on average: the area under its line. */
export function areaOf({ durationMs, ratePerSecondFrom, ratePerSecondTo }: Phase): number {
  return ((ratePerSecondFrom + ratePerSecondTo) / 2) * (durationMs / 1000);
}

/** Starts that the phase has, on average or exactly. */
export function startsOf(phase: Phase): number {
  return phase.starts ?? areaOf(phase);
}

export function durationOf(phases: readonly Phase[]): number {
  return phases.reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/**
 * When the area under the rate, from the start of the phase, has come to `area`: the inverse of a
 * parabola, in the form that loses no digits when the line is flat or ends at zero.
 * @returns milliseconds from the start of the phase
 */
export function timeOfArea(phase: Phase, area: number): number {
  const seconds = phase.durationMs / 1000;
  const from = phase.ratePerSecondFrom;
  const slope = (phase.ratePerSecondTo - from) / seconds;
  const root = Math.sqrt(Math.max(0, from * from + 2 * slope * area));
  const time = (2 * area) / (from + root);
  return Math.min(phase.durationMs, time * 1000);
}

/** The rate that the profile asks for at a moment; 0 before and after it. */
export function ratePerSecondAt(phases: readonly Phase[], atMs: number): number {
  let startsAtMs = 0;
  for (const { durationMs, ratePerSecondFrom, ratePerSecondTo } of phases) {
    const share = (atMs - startsAtMs) / durationMs;
    if (share >= 0 && share < 1) {
      return ratePerSecondFrom + (ratePerSecondTo - ratePerSecondFrom) * share;
    }
    startsAtMs += durationMs;
  }
  return 0;
}

/** Length of the phases that are left out of every figure. */
export function warmUpMsOf(phases: readonly Phase[]): number {
  return durationOf(phases.filter(({ isWarmUp }) => isWarmUp));
}
