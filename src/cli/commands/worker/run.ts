import { runWorker } from '../../../worker/run-worker.ts';
import type { WorkerLine } from '../../../worker/dependencies.ts';
import { parseCron } from '../../../domain/cron.ts';
import type { CronSchedule } from '../../../domain/cron.ts';
import { InvError } from '../../../lib/errors.ts';
import type { Context } from '../../context.ts';
import { refuseDryRun } from '../../refuse-dry-run.ts';
import { refuseEviction } from '../../refuse-eviction.ts';
import type { Monitor } from '../../terminal/types.ts';
import { cutOffText } from './once.ts';
import { REPORT_FIELDS, reportPresentation } from './report-view.ts';
import { createStatusLines } from './status-lines.ts';

/** The worker ends its transactions within ten seconds; what comes after takes moments. */
const GRACE_MS = 12_000;

/** How often the lines on a terminal are drawn anew. */
const REDRAW_MS = 500;

/** Until Ctrl-C, SIGTERM or --timeout; then it ends its transaction, says what it did, and exits 0. */
export async function runWorkerRun(context: Context): Promise<void> {
  const { terminal, clock } = context;
  terminal.checkFields(REPORT_FIELDS);
  refuseDryRun(context, 'what is settled is in the books', 'inv worker status');
  const { pollMs, heartbeatMs, reconcileCron } = context.loaded.config.worker;
  const schedule = scheduleOf(reconcileCron);
  await refuseEviction(context);
  const dependencies = await context.pools();
  const monitor = await terminal.monitor();
  const say = (line: WorkerLine): void => log(monitor, line, clock.now());
  const lines = createStatusLines(() => clock.monotonic());
  context.underWay(cutOffText);
  const report = await context.untilStopped(GRACE_MS, async (stop) => {
    stop.addEventListener('abort', () => {
      say({ level: 'info', shard: null, text: 'stopping; told again it ends at once' });
    });
    const { shards } = dependencies.gate;
    const text = `working on ${shards === 1 ? '1 shard' : `${String(shards)} shards`}`;
    say({ level: 'info', shard: null, text });
    const ended = new AbortController();
    const drawing = redraw(context, () => monitor.show(lines.drawn()), ended.signal);
    try {
      return await runWorker(dependencies, {
        pollMs,
        heartbeatMs,
        signal: stop,
        report: say,
        onProgress: lines.take,
        reconcile: { schedule, dependencies: () => context.reconcile('worker') },
      });
    } finally {
      ended.abort();
      await drawing;
      monitor.stop();
    }
  });
  context.underWay(null);
  await terminal.print(reportPresentation(report));
}

/** @throws InvError BAD_CONFIGURATION */
function scheduleOf(text: string): CronSchedule | null {
  if (text === 'off') return null;
  const schedule = parseCron(text);
  if (schedule.ok) return schedule.value;
  throw new InvError('BAD_CONFIGURATION', `worker.reconcile_cron: ${schedule.message}`, {
    hint: 'inv config show worker.reconcile_cron',
  });
}

function log(monitor: Monitor, { level, shard, text }: WorkerLine, atMs: number): void {
  const message = shard === null ? text : `shard ${String(shard)}: ${text}`;
  monitor.log({ atMs, level, message, facts: { shard } });
}

async function redraw({ clock }: Context, draw: () => void, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    draw();
    // The end of the work is how this ends.
    await clock.sleep(REDRAW_MS, ended).catch(() => undefined);
  }
}
