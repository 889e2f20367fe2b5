import { boutCount } from '../../../bench/bout-count.ts';
import { runLua } from '../../../bench/lua/run-lua.ts';
import type { LuaDocument } from '../../../report/bench/bench-document.ts';
import { luaPage } from '../../../report/bench/bench-page.ts';
import { openPageFile } from '../../composition/bench/page-file.ts';
import type { Context } from '../../context.ts';
import { noDryRun, runName } from './bench-run.ts';
import type { LuaOptions } from './options.ts';
import { luaDocument, luaPresentation } from './lua-view.ts';

const GRACE_MS = 30_000;

/** Exit code 7 when units are lost or sold twice, but for the bare command, which checks nothing. */
export async function runBenchLua(context: Context, options: LuaOptions): Promise<void> {
  const { terminal, globals } = context;
  if (globals.dryRun) throw noDryRun('inv bench lua');
  const page = await openPageFile(options.htmlPath);
  try {
    const document = await context.untilStopped(GRACE_MS, (stop) =>
      measure(context, options, stop),
    );
    await page.write(() => luaPage(document));
    await terminal.print(luaPresentation(document, terminal));
    if (document.variants.some(({ verdict, unsafe }) => verdict === 'UNSAFE' && !unsafe)) {
      context.finishWith('INVARIANT_VIOLATED');
    }
  } finally {
    await page.abandon();
  }
}

async function measure(
  context: Context,
  options: LuaOptions,
  signal: AbortSignal,
): Promise<LuaDocument> {
  const { clock, operator, origin, terminal } = context;
  const { rounds, writers, durationMs, requestsMax, confirmed } = options;
  const settings = { rounds, writers, durationMs, requestsMax };
  const site = await operator.luaSite({ run: runName(context.newRequestId()), origin, confirmed });
  const progress = terminal.progress('competing', boutCount(site.variants.length, rounds));
  try {
    const { variants, cpuMs, redisVersion } = site;
    const summaries = await runLua({
      ...{ variants, settings, clock, signal, cpuMs },
      onBout: progress.update,
    });
    const machine = { ...(await operator.machine()), mysql: null, redis: redisVersion };
    return luaDocument(summaries, { machine, settings });
  } finally {
    progress.stop();
    await site.remove();
  }
}
