import type { Random } from '../random/random.ts';
import { areaOf, timeOfArea } from './phase.ts';
import type { Phase } from './phase.ts';

/** `poisson`: buyers who know nothing of each other. `uniform`: as regular as the rate. */
export type ArrivalKind = 'poisson' | 'uniform';

export interface Arrival {
  /** Milliseconds from the start of the schedule. */
  readonly atMs: number;
  /** Index of the phase. */
  readonly phase: number;
  /** Number within the phase, from 0. */
  readonly ordinal: number;
}

/**
 * The moments at which buyers come, in order, one at a time: absolute, so that no answer and no
 * delay moves them. Each phase is a process of rate 1 on the area under its rate, mapped to time.
 */
export function createArrivals(
  phases: readonly Phase[],
  options: { readonly kind: ArrivalKind; readonly random: Random },
): () => Arrival | undefined {
  let index = 0;
  let startsAtMs = 0;
  let ordinal = 0;
  let areas = areasOf(phases[0], options);

  return () => {
    for (;;) {
      const phase = phases[index];
      if (phase === undefined) return undefined;
      const area = areas();
      if (area !== undefined) {
        const atMs = startsAtMs + timeOfArea(phase, area);
        ordinal += 1;
        return { atMs, phase: index, ordinal: ordinal - 1 };
      }
      startsAtMs += phase.durationMs;
      index += 1;
      ordinal = 0;
      areas = areasOf(phases[index], options);
    }
  };
}

type Areas = () => number | undefined;

function areasOf(
  phase: Phase | undefined,
  { kind, random }: { readonly kind: ArrivalKind; readonly random: Random },
): Areas {
  const total = phase === undefined ? 0 : areaOf(phase);
  if (phase === undefined || total === 0) return () => undefined;
  if (phase.starts !== null) {
    return kind === 'poisson'
      ? orderedUniforms({ count: phase.starts, total, random })
      : evenly({ step: total / phase.starts, total, random });
  }
  return kind === 'poisson' ? unitPoisson(total, random) : evenly({ step: 1, total, random });
}

function unitPoisson(total: number, random: Random): Areas {
  let area = 0;
  return () => {
    // 1 - unit is in (0, 1], so the logarithm is finite.
    area -= Math.log(1 - random.unit());
    return area < total ? area : undefined;
  };
}

/** Steps of one size; where the first one falls is drawn, so that two generators do not beat in time. */
function evenly(options: {
  readonly step: number;
  readonly total: number;
  readonly random: Random;
}): Areas {
  const { step, total, random } = options;
  const first = random.unit();
  const count = Math.round(total / step);
  let taken = 0;
  return () => {
    if (taken >= count) return undefined;
    taken += 1;
    return Math.min(total, (taken - 1 + first) * step);
  };
}

/**
 * A Poisson process of which the number of arrivals is known: so many uniform moments, in order.
 * The smallest of m uniforms is 1 - U^(1/m), and the others are uniform on what remains, so they
 * come one by one, without sorting. Source: Devroye, "Non-Uniform Random Variate Generation"
 * (1986), chapter V.3.
 */
function orderedUniforms(options: {
  readonly count: number;
  readonly total: number;
  readonly random: Random;
}): Areas {
  const { total, random } = options;
  let left = options.count;
  let remaining = 1;
  return () => {
    if (left === 0) return undefined;
    remaining *= (1 - random.unit()) ** (1 / left);
    left -= 1;
    return total * (1 - remaining);
  };
}
