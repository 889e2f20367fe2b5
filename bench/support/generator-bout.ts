import { systemClock } from '../../src/adapters/system/clock.ts';
import { must } from '../../src/domain/parse/parsed.ts';
import { percentile } from '../../src/loadtest/histogram/histogram.ts';
import { mergeSparse } from '../../src/loadtest/histogram/sparse-histogram.ts';
import { DEFAULT_BOUNDS, judgeGenerator } from '../../src/loadtest/runner/judge-generator.ts';
import { DEFAULT_LIMITS } from '../../src/loadtest/runner/load-run.ts';
import { ALONE, startLoad } from '../../src/loadtest/runner/run-load.ts';
import { planSettings } from '../../src/loadtest/workload/plan-settings.ts';
import type { LoadTarget } from '../../src/ports/load-target.ts';

export interface Bout {
  /** Achieved rate by planned rate. */
  readonly rateShare: number;
  readonly achievedPerSecond: number;
  readonly lagMsP50: number;
  readonly lagMsP99: number;
  readonly starts: number;
  readonly answered: number;
  /** Why the generator was the limit. */
  readonly reasons: readonly string[];
}

const LEAD_MS = 20;

/** A stretch of plain orders at a constant rate, sent by the generator in this thread. */
export async function generatorBout(options: {
  readonly target: LoadTarget['start'];
  /** Begins the request ids; no other bout has it. */
  readonly run: string;
  readonly ratePerSecond: number;
  readonly durationMs: number;
}): Promise<Bout> {
  const { target, run, ratePerSecond, durationMs } = options;
  const load = await startLoad({
    settings: must(
      planSettings({
        ...{ seed: 1, profile: 'constant', arrivals: 'poisson', warmUpMs: 0 },
        ...{ ratePerSecond, durationMs, retryShare: 0, duplicateShare: 0 },
      }),
      'settings',
    ),
    run,
    target: { name: 'bench', start: target },
    clock: systemClock,
    limits: DEFAULT_LIMITS,
    startAtMs: systemClock.now() + LEAD_MS,
    partition: ALONE,
    signal: new AbortController().signal,
  }).done;
  const { counts, health, histograms } = load;
  const lag = mergeSparse(histograms.lag.bits, [histograms.lag]);
  return {
    rateShare: health.plannedMs / health.dispatchedMs,
    achievedPerSecond: (counts.started / health.dispatchedMs) * 1000,
    lagMsP50: percentile(lag, 0.5) ?? Number.NaN,
    lagMsP99: percentile(lag, 0.99) ?? Number.NaN,
    starts: counts.offered,
    answered: counts.started - counts.unanswered,
    reasons: judgeGenerator(load, DEFAULT_BOUNDS),
  };
}
