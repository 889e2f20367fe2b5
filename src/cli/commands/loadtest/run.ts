import type { ErrorCode } from '../../../lib/errors.ts';
import type { LoadDocument } from '../../../report/load/load-document.ts';
import { version } from '../../../version.ts';
import { openReportFiles } from '../../composition/loadtest/report-files.ts';
import type { ReportPaths } from '../../composition/loadtest/report-files.ts';
import type { Context } from '../../context.ts';
import { loadDocumentOf } from './load-document-of.ts';
import { planRequest } from './plan-request.ts';
import type { LoadTestRequest } from './request.ts';
import type { RunOptions } from './run-options.ts';
import { runLoadTest } from './run-load-test.ts';
import { createLoadScreen } from './screen.ts';
import { summaryPresentation } from './summary-view.ts';
import { printPlan } from './validate.ts';

/** After a signal: no more starts, a second for answers, and what was made is removed. */
const GRACE_MS = 30_000;

export async function runLoadtestRun(context: Context, options: RunOptions): Promise<void> {
  const request = await planRequest(context, options);
  if (context.globals.dryRun) {
    await printPlan(context, request);
    return;
  }
  await runAndPrint(context, request, options.reports);
}

/** Exit codes: 7 for a broken invariant, 9 for an invalid run, 8 for a missed threshold. */
export async function runAndPrint(
  context: Context,
  request: LoadTestRequest,
  reports: ReportPaths,
): Promise<LoadDocument> {
  const files = await openReportFiles(reports);
  try {
    const document = await run(context, request);
    await files.write(document);
    const { terminal } = context;
    await terminal.print(summaryPresentation(document, terminal.stdout));
    tellReasons(terminal, document);
    const code = exitCodeOf(document);
    if (code !== undefined) context.finishWith(code);
    return document;
  } finally {
    await files.abandon();
  }
}

async function run(context: Context, request: LoadTestRequest): Promise<LoadDocument> {
  const { terminal, clock } = context;
  const monitor = await terminal.monitor();
  const screen = createLoadScreen(terminal, { monitor, clock, settings: request.settings });
  const finished = await context.untilStopped(GRACE_MS, (stop) =>
    runLoadTest(context, request, { screen, stop }),
  );
  const { cpu, cores, memoryGib, system, node, load } = await context.operator.machine();
  const machine = { cpu, cores, memory_gib: memoryGib, system, node, load };
  return loadDocumentOf(finished, { version, machine });
}

/** Where no verdict line says them: a log of a script has stderr, and the exit code is a number. */
function tellReasons({ format, warn }: Context['terminal'], { reasons }: LoadDocument): void {
  if (format === 'table') return;
  for (const reason of reasons) warn(reason);
}

function exitCodeOf({ verdict, invariants }: LoadDocument): ErrorCode | undefined {
  if (verdict === 'pass') return undefined;
  if (verdict === 'invalid') return 'RUN_INVALID';
  return invariants.every(({ holds }) => holds) ? 'THRESHOLD_MISSED' : 'INVARIANT_VIOLATED';
}
