import { InvError } from '../../../lib/errors.ts';
import { applyFaults } from '../../../loadtest/faults/apply-faults.ts';
import type { FaultRecord } from '../../../loadtest/faults/apply-faults.ts';
import { warmUpMsOf } from '../../../loadtest/profile/phase.ts';
import { conduct } from '../../../loadtest/runner/conduct.ts';
import type { ConductedRun } from '../../../loadtest/runner/conduct.ts';
import { createBooksTally } from '../../../loadtest/verdict/books-tally.ts';
import type { InvariantResult } from '../../../loadtest/verdict/invariant.ts';
import { isQuiet } from '../../../loadtest/verdict/is-quiet.ts';
import { judge } from '../../../loadtest/verdict/judge.ts';
import { createIds } from '../../../loadtest/workload/ids.ts';
import { productCount } from '../../../loadtest/workload/settings.ts';
import type { LoadGauge } from '../../../ports/load-target.ts';
import type { Generators } from '../../composition/loadtest/generators.ts';
import type { LoadSite } from '../../composition/loadtest/load-site.ts';
import type { WorkerProcess } from '../../composition/loadtest/worker-process.ts';
import type { Context } from '../../context.ts';
import type { LoadTestRequest } from './request.ts';
import type { LoadScreen } from './screen.ts';

/** Everything that is known of a run, before it is put into words. */
export interface FinishedRun {
  readonly run: string;
  readonly request: LoadTestRequest;
  readonly conducted: ConductedRun;
  readonly faults: readonly FaultRecord[];
  readonly invariants: readonly InvariantResult[];
  readonly versions: { readonly mysql: string; readonly redis: string | null };
}

/** From the last generator being ready to the first start: all of them know the moment by then. */
const LEAD_MS = 300;
const QUIET_POLL_MS = 100;
/** Looking for expired holds takes the worker this long at most, beside their own time. */
const HOLD_GRACE_MS = 5_000;

/**
 * Runs one load test on products of its own, judges it by both stores, and removes what it has made,
 * whatever happens.
 * @param stop ends it early: then there is no verdict
 * @throws InvError INTERRUPTED, REFUSED (stores not marked for tests), STORE_UNAVAILABLE, NOT_PERMITTED
 */
export async function runLoadTest(
  context: Context,
  request: LoadTestRequest,
  { screen, stop }: { readonly screen: LoadScreen; readonly stop: AbortSignal },
): Promise<FinishedRun> {
  const run = `lt-${context
    .newRequestId()
    .replaceAll('-', '')
    .replace(/^(.{12}).*(.{4})$/, '$1$2')}`;
  const { faults, target, confirmed } = request;
  const needsDelay = faults.some(({ kind }) => kind === 'mysql-latency');
  const site = await context.operator.loadSite({
    ...{ run, target, confirmed, needsDelay },
    needsPrivate: needsDelay || faults.some(({ kind }) => kind === 'redis-restart'),
    origin: { ...context.origin, source: 'loadtest' },
    configFile: context.globals.configFile,
  });
  try {
    await prepare(context, site, { request, screen });
    refuseStopped(stop);
    return await runOn(context, { run, site, request, screen, stop });
  } finally {
    screen.phase('removing what the run has made');
    await site.remove();
    screen.stop();
  }
}

interface RunParts {
  readonly run: string;
  readonly site: LoadSite;
  readonly request: LoadTestRequest;
  readonly screen: LoadScreen;
  readonly stop: AbortSignal;
}

/** A screen that is drawn for every product would cost more than the product. */
const REDRAW_MS = 200;

async function prepare(
  { clock }: Context,
  site: LoadSite,
  { request, screen }: Pick<RunParts, 'request' | 'screen'>,
): Promise<void> {
  const { settings } = request;
  const text = `making ${productCount(settings)} products`;
  screen.phase(text);
  let shownMs = clock.monotonic();
  await site.prepare(settings, (share) => {
    if (clock.monotonic() - shownMs < REDRAW_MS) return;
    shownMs = clock.monotonic();
    screen.phase(`${text}: ${(share * 100).toFixed(0)} %`);
  });
}

async function runOn(context: Context, parts: RunParts): Promise<FinishedRun> {
  const { run, site, request, screen, stop } = parts;
  const { settings, limits, threads } = request;
  const worker = site.startWorker();
  let generators: Generators | undefined;
  let isWorkerStopped = false;
  const stopWorker = async (): Promise<void> => {
    if (isWorkerStopped) return;
    isWorkerStopped = true;
    context.terminal.detail((await worker?.stop()) ?? '');
  };
  try {
    screen.phase('connecting');
    generators = await site.startGenerators({ settings, limits, threads });
    const versions = await site.versions();
    refuseStopped(stop);
    stop.addEventListener('abort', generators.abort);
    const { conducted, faults } = await underLoad(context, { ...parts, generators, worker });
    refuseStopped(stop);
    screen.phase('waiting until the books are quiet');
    await quiet(context, parts);
    await stopWorker();
    screen.phase('reading both stores');
    const invariants = await verdictOf(parts, conducted);
    return { run, request, conducted, faults, invariants, versions };
  } finally {
    await generators?.close();
    await stopWorker();
  }
}

async function underLoad(
  { clock }: Context,
  {
    site,
    request,
    screen,
    generators,
    worker,
  }: RunParts & { readonly generators: Generators; readonly worker: WorkerProcess | null },
): Promise<Pick<FinishedRun, 'conducted' | 'faults'>> {
  const { settings } = request;
  const over = new AbortController();
  let faults: Promise<readonly FaultRecord[]> = Promise.resolve([]);
  generators.onProgress(screen.progress);
  try {
    const conducted = await conduct({
      clock,
      leadMs: LEAD_MS,
      gauge: shownOn(screen, site.gauge(settings)),
      settleMs: request.settleMs,
      generate: (startAtMs) => {
        faults = applyFaults(request.faults, {
          clock,
          zeroMs: clock.monotonic() + (startAtMs - clock.now()),
          warmUpMs: warmUpMsOf(settings.phases),
          actions: {
            crashRedis: site.crashRedis,
            crashWorker: worker?.crash ?? (() => Promise.resolve()),
            delayMysql: site.delayMysql,
          },
          signal: over.signal,
        });
        screen.begin();
        return generators.start(startAtMs);
      },
    });
    over.abort();
    return { conducted, faults: await faults };
  } finally {
    over.abort();
    await faults;
  }
}

function shownOn(screen: LoadScreen, gauge: LoadGauge): LoadGauge {
  return {
    read: async () => {
      const reading = await gauge.read();
      screen.reading(reading);
      return reading;
    },
  };
}

/** Until nothing is held and nothing unsettled, or the time is up: then the verdict says what is left. */
async function quiet({ clock }: Context, { site, request, stop }: RunParts): Promise<void> {
  const { settings, settleMs } = request;
  const holdMs = settings.holds.share > 0 ? settings.holds.holdMs + HOLD_GRACE_MS : 0;
  const deadlineMs = clock.monotonic() + settleMs + holdMs;
  while (clock.monotonic() < deadlineMs && !stop.aborted) {
    if (isQuiet(await site.facts(settings))) return;
    await clock.sleep(QUIET_POLL_MS);
  }
}

async function verdictOf(
  { run, site, request }: RunParts,
  { run: load, readings }: ConductedRun,
): Promise<readonly InvariantResult[]> {
  const { settings } = request;
  const { history } = load;
  const ids = createIds(run);
  const tally = createBooksTally(history, { ids, products: productCount(settings) });
  for await (const row of site.rows()) tally.take(row);
  const levels = [load.remainingMin, ...readings.map(({ unitsLeft }) => unitsLeft)];
  const least = Math.min(...levels.map((level) => level ?? Infinity));
  return judge({
    ...{ settings, history, ids },
    books: tally.books(),
    facts: await site.facts(settings),
    remainingMin: least === Infinity ? null : least,
  });
}

function refuseStopped(stop: AbortSignal): void {
  if (!stop.aborted) return;
  throw new InvError('INTERRUPTED', 'stopped: the run is not judged; what it has made is removed', {
    hint: 'inv loadtest',
  });
}
