import { Command } from 'commander';
import type { StrategyName } from '../../../domain/posting.ts';
import { InvError } from '../../../lib/errors.ts';
import { startLoad } from '../../../loadtest/runner/run-load.ts';
import { skuOfProduct } from '../../../loadtest/workload/skus.ts';
import type { LoadTarget } from '../../../ports/load-target.ts';
import { GENERATOR_COMMAND } from '../../composition/loadtest/generator-job.ts';
import { generatorLine } from '../../composition/loadtest/generator-line.ts';
import { poolTarget, stockTarget } from '../../composition/loadtest/targets.ts';
import { SHOP_LOCATION } from '../../composition/loadtest/stock-shop.ts';
import type { CommandHost } from '../../command-host.ts';
import type { Context } from '../../context.ts';

const PROGRESS_MS = 250;

/** The other end of composition/loadtest/generators.ts; for nobody to type. */
export function generateCommand(host: CommandHost): Command {
  return new Command(GENERATOR_COMMAND).action(() => host.run(runGenerate));
}

async function runGenerate(context: Context): Promise<void> {
  const line = generatorLine();
  if (line === undefined) {
    throw new InvError('USAGE', `${GENERATOR_COMMAND} is a part of inv loadtest`, {
      hint: 'inv loadtest --help',
    });
  }
  const { job, post } = line;
  // Refusals are answers here, and nobody reads where they were made: ten thousand a second are costly.
  Error.stackTraceLimit = 0;
  const abort = new AbortController();
  const starting = new Promise<number>((resolve) => {
    line.onMessage((told) => {
      if (told.kind === 'abort') abort.abort();
      else resolve(told.startAtMs);
    });
  });
  try {
    const target = await connected(context, job.target);
    post({ kind: 'ready' });
    const startAtMs = await starting;
    const { clock } = context;
    const load = startLoad({ ...job, target, clock, startAtMs, signal: abort.signal });
    const ended = new AbortController();
    const telling = tell(
      context,
      () => post({ kind: 'progress', progress: load.progress() }),
      ended.signal,
    );
    const run = await load.done;
    ended.abort();
    await telling;
    post({ kind: 'done', run });
  } finally {
    line.close();
  }
}

async function tell({ clock }: Context, say: () => void, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    await clock.sleep(PROGRESS_MS, ended).catch(() => undefined);
    say();
  }
}

/** The first buyer should not pay for the connections. */
async function connected(context: Context, name: StrategyName): Promise<LoadTarget> {
  if (name !== 'lua') {
    const stock = await context.stock(name);
    await stock.catalogue.findProducts([skuOfProduct(0)]);
    return stockTarget(name, stock);
  }
  const orders = await context.orders();
  await orders.directory.find(skuOfProduct(0), SHOP_LOCATION);
  // What a load test does to its stores is no riddle to anybody.
  return poolTarget({ ...orders, onSuspicion: undefined });
}
