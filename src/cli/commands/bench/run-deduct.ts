import { boutCount } from '../../../bench/bout-count.ts';
import { runBench } from '../../../bench/run-bench.ts';
import type { BenchSettings, JudgedBout } from '../../../bench/run-bench.ts';
import { summarise } from '../../../bench/summary.ts';
import type { DeductDocument } from '../../../report/bench/bench-document.ts';
import { deductPage } from '../../../report/bench/bench-page.ts';
import type { Context } from '../../context.ts';
import { benchAndPrint, runName } from './bench-run.ts';
import type { DeductOptions } from './options.ts';
import { deductDocument, deductPresentation } from './deduct-view.ts';

const SEEDS = 2 ** 32;
export async function runBenchDeduct(context: Context, options: DeductOptions): Promise<void> {
  await benchAndPrint(context, {
    command: 'inv bench deduct',
    htmlPath: options.htmlPath,
    measure: (stop) => measure(context, options, stop),
    page: deductPage,
    present: (document) => deductPresentation(document, context.terminal),
    judged: ({ strategies }) => strategies,
  });
}

async function measure(
  context: Context,
  options: DeductOptions,
  signal: AbortSignal,
): Promise<DeductDocument> {
  const { clock, operator, origin, globals, terminal } = context;
  const { contestants, writers, products, stock, rounds, durationMs, requestsMax } = options;
  const seed = options.seed ?? Math.floor(clock.random() * SEEDS);
  const settings: BenchSettings = {
    ...{ seed, rounds, writers, products, stock, durationMs, requestsMax },
  };
  const run = runName(context.newRequestId());
  const { confirmed } = options;
  const configFile = globals.configFile;
  const parts = { run, origin, configFile, confirmed, writers, products, contestants };
  const site = await operator.benchSite(parts);
  const progress = terminal.progress('competing', boutCount(site.contestants.length, rounds));
  let bouts: readonly JudgedBout[];
  try {
    bouts = await runBench({
      ...{ place: site.place, contestants: site.contestants, settings, run, clock, signal },
      onBout: progress.update,
    });
  } finally {
    progress.stop();
    await site.remove();
  }
  const { connections, versions } = site;
  return deductDocument(summarise(bouts), {
    machine: { ...(await operator.machine()), ...versions },
    settings: { ...settings, connections },
  });
}
