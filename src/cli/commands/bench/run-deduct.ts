import { boutCount } from '../../../bench/bout-count.ts';
import { runBench } from '../../../bench/run-bench.ts';
import type { BenchSettings, JudgedBout } from '../../../bench/run-bench.ts';
import { summarise } from '../../../bench/summary.ts';
import type { DeductDocument } from '../../../report/bench/bench-document.ts';
import { deductPage } from '../../../report/bench/bench-page.ts';
import { openPageFile } from '../../composition/bench/page-file.ts';
import type { Context } from '../../context.ts';
import { noDryRun, runName } from './bench-run.ts';
import type { DeductOptions } from './options.ts';
import { deductDocument, deductPresentation } from './deduct-view.ts';

const SEEDS = 2 ** 32;
/** After a signal writers finish the request they are in, and what was made is removed. */
const GRACE_MS = 30_000;

/** Exit code 7 when a way that is meant to be safe is not. */
export async function runBenchDeduct(context: Context, options: DeductOptions): Promise<void> {
  const { terminal } = context;
  const page = await openPageFile(options.htmlPath);
  try {
    const document = await context.untilStopped(GRACE_MS, (stop) =>
      measure(context, options, stop),
    );
    await page.write(() => deductPage(document));
    await terminal.print(deductPresentation(document, terminal));
    if (document.strategies.some(({ verdict, unsafe }) => verdict === 'UNSAFE' && !unsafe)) {
      context.finishWith('INVARIANT_VIOLATED');
    }
  } finally {
    await page.abandon();
  }
}

async function measure(
  context: Context,
  options: DeductOptions,
  signal: AbortSignal,
): Promise<DeductDocument> {
  const { clock, operator, origin, globals, terminal } = context;
  if (globals.dryRun) throw noDryRun('inv bench deduct');
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
