import { must } from '../../../domain/parse/parsed.ts';
import { InvError } from '../../../lib/errors.ts';
import { lateFault } from '../../../loadtest/faults/judge-faults.ts';
import type { Phase } from '../../../loadtest/profile/phase.ts';
import { phasesOfRecords } from '../../../loadtest/profile/rate-file.ts';
import { usualLagMsMax } from '../../../loadtest/runner/judge-generator.ts';
import { DEFAULT_LIMITS } from '../../../loadtest/runner/load-run.ts';
import { planSettings } from '../../../loadtest/workload/plan-settings.ts';
import type { Context } from '../../context.ts';
import type { LoadTestRequest } from './request.ts';
import type { RunOptions } from './run-options.ts';

const SEEDS = 2 ** 32;
const PROBLEMS_SHOWN_MAX = 20;

/**
 * Fills in what was not given and checks that everything fits together. Touches no store.
 * @throws InvError INVALID_INPUT
 */
export async function planRequest(context: Context, options: RunOptions): Promise<LoadTestRequest> {
  const { load, ratesPath, target, threads, faults, thresholds, settleMs, confirmed } = options;
  const seed = load.seed ?? Math.floor(context.clock.random() * SEEDS);
  const phases = ratesPath === undefined ? {} : { phases: await readRates(context, ratesPath) };
  const settings = must(planSettings({ ...load, ...phases, seed }), 'options');
  const { inFlightMax = DEFAULT_LIMITS.inFlightMax } = options;
  const lagMsMax = options.lagMsMax ?? usualLagMsMax(settings.phases);
  const request = {
    ...{ settings, target, threads, faults, thresholds, settleMs, lagMsMax, confirmed },
    limits: { ...DEFAULT_LIMITS, inFlightMax },
  };
  refuseUnfit(request);
  return request;
}

/** @throws InvError INVALID_INPUT for what the target cannot do, and for a fault that would never happen */
export function refuseUnfit(request: LoadTestRequest): void {
  refuseWithoutPools(request);
  const late = lateFault(request.faults, request.settings.phases);
  if (late === undefined) return;
  throw new InvError('INVALID_INPUT', `--fault ${late}`, {
    hint: 'an earlier fault, or a longer --duration',
    facts: { field: '--fault' },
  });
}

/** MySQL by itself knows neither buyers nor holds, and has no worker. */
function refuseWithoutPools({ settings, target, faults }: LoadTestRequest): void {
  if (target === 'lua') return;
  const asked = [
    ...(settings.perBuyer === null ? [] : ['--per-buyer']),
    ...(settings.holds.share === 0 ? [] : ['--holds']),
    ...faults.filter(({ kind }) => kind !== 'mysql-latency').map(({ text }) => `--fault ${text}`),
  ];
  if (asked.length === 0) return;
  throw new InvError(
    'INVALID_INPUT',
    `${asked.join(', ')}: ${target} sells without pools, so there is nothing to try it on`,
    {
      hint: 'leave them out, or --target lua; only a run without them can be replayed elsewhere',
      facts: { field: asked[0] ?? '' },
    },
  );
}

async function readRates(context: Context, path: string): Promise<readonly Phase[]> {
  const columns = ['rate', 'duration'];
  const file = await context.openRecordFile({
    path,
    map: [],
    knownColumns: columns,
    requiredColumns: columns,
  });
  try {
    const records: { line: number; rate: string; duration: string }[] = [];
    for await (const batch of file.batches()) {
      for (const { line, values } of batch) {
        records.push({ line, rate: values?.['rate'] ?? '', duration: values?.['duration'] ?? '' });
      }
    }
    const result = phasesOfRecords(records);
    if (result.ok) return result.phases;
    const lines = result.problems.map(({ line, message }) => `line ${line}: ${message}`);
    throw new InvError(
      'INVALID_INPUT',
      `--rates: ${lines.slice(0, PROBLEMS_SHOWN_MAX).join('; ')}`,
      {
        hint: 'a CSV with the columns rate (500/s) and duration (10s)',
        facts: { field: '--rates', errors: result.problems.map((problem) => ({ ...problem })) },
      },
    );
  } finally {
    await file.close();
  }
}
