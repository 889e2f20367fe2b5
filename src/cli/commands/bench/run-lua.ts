import { boutCount } from '../../../bench/bout-count.ts';
import { runLua } from '../../../bench/lua/run-lua.ts';
import type { LuaDocument } from '../../../report/bench/bench-document.ts';
import { luaPage } from '../../../report/bench/bench-page.ts';
import type { Context } from '../../context.ts';
import { benchAndPrint, runName } from './bench-run.ts';
import type { LuaOptions } from './options.ts';
import { luaDocument, luaPresentation } from './lua-view.ts';

export async function runBenchLua(context: Context, options: LuaOptions): Promise<void> {
  await benchAndPrint(context, {
    command: 'inv bench lua',
    htmlPath: options.htmlPath,
    measure: (stop) => measure(context, options, stop),
    page: luaPage,
    present: (document) => luaPresentation(document, context.terminal),
    judged: ({ variants }) => variants,
  });
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
