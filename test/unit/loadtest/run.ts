import { must } from '../../../src/domain/parse/parsed.ts';
import { percentile } from '../../../src/loadtest/histogram/histogram.ts';
import { mergeSparse } from '../../../src/loadtest/histogram/sparse-histogram.ts';
import type { SparseHistogram } from '../../../src/loadtest/histogram/sparse-histogram.ts';
import { DEFAULT_LIMITS } from '../../../src/loadtest/runner/load-run.ts';
import type { LoadLimits } from '../../../src/loadtest/runner/load-run.ts';
import { ALONE, startLoad } from '../../../src/loadtest/runner/run-load.ts';
import type { RunningLoad, RunOptions } from '../../../src/loadtest/runner/run-load.ts';
import { planSettings } from '../../../src/loadtest/workload/plan-settings.ts';
import type { LoadOptions } from '../../../src/loadtest/workload/plan-settings.ts';
import type { LoadAnswer, LoadTarget } from '../../../src/ports/load-target.ts';
import type { Clock } from '../../../src/ports/clock.ts';

export const ACCEPTED: LoadAnswer = { status: 'accepted', isReplay: false, remaining: null };

/** Regular starts of one order each, without warm-up and without anything that follows. */
export const PLAIN = {
  profile: 'constant',
  arrivals: 'uniform',
  warmUpMs: 0,
  retryShare: 0,
  duplicateShare: 0,
} as const satisfies Partial<LoadOptions>;

export function begin(
  options: Partial<LoadOptions>,
  {
    target,
    clock,
    limits = {},
    ...rest
  }: Partial<Omit<RunOptions, 'limits' | 'target'>> & {
    readonly target: LoadTarget['start'];
    readonly clock: Clock;
    readonly limits?: Partial<LoadLimits>;
  },
): RunningLoad {
  return startLoad({
    settings: must(planSettings({ seed: 1, ...options }), 'options'),
    run: 'lt-test',
    target: { name: 'test', start: target },
    clock,
    limits: { ...DEFAULT_LIMITS, ...limits },
    startAtMs: clock.now() + 10,
    partition: ALONE,
    signal: new AbortController().signal,
    ...rest,
  });
}

export function percentiles(histogram: SparseHistogram, shares: readonly number[]): number[] {
  const whole = mergeSparse(histogram.bits, [histogram]);
  return shares.map((share) => percentile(whole, share) ?? Number.NaN);
}
