import type { Phase } from './phase.ts';

export const PROFILE_NAMES = ['flash', 'constant', 'ramp', 'steps', 'spike', 'soak'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export interface ProfileOptions {
  /** Highest rate of the profile, starts a second. */
  readonly ratePerSecond: number;
  /** Length of the profile after the warm-up. */
  readonly durationMs: number;
  /** 0 = none. */
  readonly warmUpMs: number;
  readonly buyers: number;
}

const STEPS = 5;
/** What goes on before and after a spike, beside its height. */
const SPIKE_BASE_SHARE = 0.1;
const SPIKE_LENGTH_SHARE = 0.2;
/** A compiler makes fast what has run some thousands of times: a few hundred starts leave the rush to slow code. */
const WARM_UP_RATE_SHARE = 0.25;
const WARM_UP_PER_SECOND_MAX = 5_000;

/** The phases of a named profile. */
export function phasesOf(name: ProfileName, options: ProfileOptions): readonly Phase[] {
  return [...warmUp(options), ...PROFILES[name](options)];
}

const PROFILES: Readonly<Record<ProfileName, (options: ProfileOptions) => readonly Phase[]>> = {
  flash: ({ ratePerSecond, durationMs, buyers }) => {
    const spikeMs = (buyers / ratePerSecond) * 1000;
    const spike = {
      ...flat('spike', spikeMs, ratePerSecond),
      starts: buyers,
      isEachBuyerOnce: true,
    };
    // Nobody new comes after the spike: what is seen there are buyers who try again.
    return [spike, ...(durationMs > spikeMs ? [flat('tail', durationMs - spikeMs, 0)] : [])];
  },
  constant: ({ ratePerSecond, durationMs }) => [flat('constant', durationMs, ratePerSecond)],
  soak: ({ ratePerSecond, durationMs }) => [flat('soak', durationMs, ratePerSecond)],
  ramp: ({ ratePerSecond, durationMs }) => [line('ramp', durationMs, [0, ratePerSecond])],
  steps: ({ ratePerSecond, durationMs }) =>
    Array.from({ length: STEPS }, (_, index) =>
      flat(`step ${index + 1}`, durationMs / STEPS, (ratePerSecond * (index + 1)) / STEPS),
    ),
  spike: ({ ratePerSecond, durationMs }) => {
    const spikeMs = durationMs * SPIKE_LENGTH_SHARE;
    const aroundMs = (durationMs - spikeMs) / 2;
    return [
      flat('before', aroundMs, ratePerSecond * SPIKE_BASE_SHARE),
      flat('spike', spikeMs, ratePerSecond),
      flat('after', aroundMs, ratePerSecond * SPIKE_BASE_SHARE),
    ];
  },
};

/** Opens connections, loads scripts and lets the compiler see the code, before anything counts. */
export function warmUp(options: {
  readonly warmUpMs: number;
  readonly ratePerSecond: number;
}): readonly Phase[] {
  if (options.warmUpMs === 0) return [];
  const ratePerSecond = Math.min(
    WARM_UP_PER_SECOND_MAX,
    options.ratePerSecond * WARM_UP_RATE_SHARE,
  );
  return [{ ...flat('warm-up', options.warmUpMs, ratePerSecond), isWarmUp: true }];
}

export function flat(name: string, durationMs: number, ratePerSecond: number): Phase {
  return line(name, durationMs, [ratePerSecond, ratePerSecond]);
}

function line(name: string, durationMs: number, [from, to]: readonly [number, number]): Phase {
  return {
    name,
    durationMs,
    ratePerSecondFrom: from,
    ratePerSecondTo: to,
    starts: null,
    isEachBuyerOnce: false,
    isWarmUp: false,
  };
}
