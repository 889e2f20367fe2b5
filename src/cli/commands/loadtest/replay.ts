import { parseDuration } from '../../../domain/parse/duration.ts';
import { must } from '../../../domain/parse/parsed.ts';
import { STRATEGY_NAMES } from '../../../domain/posting.ts';
import type { StrategyName } from '../../../domain/posting.ts';
import { InvError } from '../../../lib/errors.ts';
import { anyText, listOf, objectOf, oneOf, wholeFrom } from '../../../lib/shape.ts';
import { parseFault } from '../../../loadtest/faults/parse-fault.ts';
import type { LoadLimits } from '../../../loadtest/runner/load-run.ts';
import { parseThreshold } from '../../../loadtest/verdict/thresholds.ts';
import { camelCased, readSettings } from '../../../loadtest/workload/read-settings.ts';
import type { LoadDocument } from '../../../report/load/load-document.ts';
import { readReportFile } from '../../composition/loadtest/report-files.ts';
import type { ReportPaths } from '../../composition/loadtest/report-files.ts';
import type { Context } from '../../context.ts';
import { refuseUnfit } from './plan-request.ts';
import type { LoadTestRequest } from './request.ts';
import { runAndPrint } from './run.ts';
import { printPlan } from './validate.ts';

export interface ReplayOptions {
  readonly path: string;
  /** Another target for the same starts. */
  readonly target: StrategyName | undefined;
  readonly confirmed: string | undefined;
  readonly reports: ReportPaths;
}

/** Makes the very starts of a run that was kept once more, against what there is now. */
export async function runLoadtestReplay(context: Context, options: ReplayOptions): Promise<void> {
  const kept = await readReportFile(options.path);
  const request = requestOf(kept, options);
  if (context.globals.dryRun) {
    await printPlan(context, request);
    return;
  }
  const { plan_hash } = await runAndPrint(context, request, options.reports);
  if (plan_hash !== kept.plan_hash) {
    context.terminal.warn(
      `the starts were others than those of ${kept.run}: it was interrupted, or made by another version`,
    );
  }
}

const LIMIT_NAMES = ['in_flight_max', 'drain_ms', 'resolve_ms', 'resolve_in_flight_max'] as const;
const RUN = objectOf({
  target: oneOf(STRATEGY_NAMES),
  threads: wholeFrom(1, 16),
  limits: objectOf(Object.fromEntries(LIMIT_NAMES.map((name) => [name, wholeFrom(1, 1_000_000)]))),
  faults: listOf(anyText),
  expect: listOf(anyText),
  settle: anyText,
  lag_max: anyText,
});

interface KeptRun {
  readonly target: StrategyName;
  readonly threads: number;
  readonly limits: LoadLimits;
  readonly faults: readonly string[];
  readonly expect: readonly string[];
  readonly settle: string;
  readonly lagMax: string;
}

function requestOf({ settings }: LoadDocument, options: ReplayOptions): LoadTestRequest {
  const { path, confirmed } = options;
  const problem = RUN(settings['run'], 'settings.run');
  if (problem !== undefined) throw new InvError('INVALID_INPUT', `${path}: ${problem}`);
  // Every field was looked at.
  const kept = camelCased(settings['run']) as KeptRun;
  const request = {
    settings: must(readSettings(settings['plan']), path),
    target: options.target ?? kept.target,
    threads: kept.threads,
    limits: kept.limits,
    faults: kept.faults.map((text) => must(parseFault(text), path)),
    thresholds: kept.expect.map((text) => must(parseThreshold(text), path)),
    settleMs: must(parseDuration(kept.settle), path),
    lagMsMax: must(parseDuration(kept.lagMax), path),
    confirmed,
  };
  refuseUnfit(request);
  return request;
}
