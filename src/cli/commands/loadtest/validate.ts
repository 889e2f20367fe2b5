import { durationOf } from '../../../loadtest/profile/phase.ts';
import { expectedLoad } from '../../../loadtest/workload/expected.ts';
import { productCount } from '../../../loadtest/workload/settings.ts';
import type { Context } from '../../context.ts';
import { planRequest } from './plan-request.ts';
import type { LoadTestRequest } from './request.ts';
import type { RunOptions } from './run-options.ts';
import { settingsDocument } from './settings-document.ts';

/** Checks the options and tells what they amount to. Touches no store. */
export async function runLoadtestValidate(context: Context, options: RunOptions): Promise<void> {
  await printPlan(context, await planRequest(context, options));
}

export async function printPlan({ terminal }: Context, request: LoadTestRequest): Promise<void> {
  const { settings, target, threads, faults, thresholds } = request;
  const { starts, requests } = expectedLoad(settings);
  const durationMs = durationOf(settings.phases);
  await terminal.print({
    document: {
      valid: true,
      seed: settings.seed,
      profile: settings.profile,
      target,
      threads,
      products: productCount(settings),
      units: settings.products * settings.stock,
      duration_ms: durationMs,
      expected_starts: Math.round(starts),
      expected_requests: Math.round(requests),
      phases: settings.phases.map(({ name, durationMs: ms, ...phase }) => ({
        name,
        duration_ms: ms,
        rate_per_s_from: phase.ratePerSecondFrom,
        rate_per_s_to: phase.ratePerSecondTo,
        starts: phase.starts,
      })),
      faults: faults.map(({ text }) => text),
      expect: thresholds.map(({ expression }) => expression),
      settings: settingsDocument(request),
    },
    human: (style) => [
      `${style.green(style.mark.ok)} ${settings.profile} on ${target}: about ${Math.round(starts)} starts in ${(durationMs / 1000).toFixed(1)} s, ${productCount(settings)} products, seed ${settings.seed}`,
      ...settings.phases.map(
        ({ name, durationMs: ms, ratePerSecondFrom: from, ratePerSecondTo: to }) =>
          `  ${name}: ${(ms / 1000).toFixed(1)} s, ${from.toFixed(0)}/s${from === to ? '' : ` to ${to.toFixed(0)}/s`}`,
      ),
      ...faults.map(({ text }) => `  fault ${text}, counted from the end of the warm-up`),
      ...thresholds.map(({ expression }) => `  expects ${expression}`),
    ],
  });
}
