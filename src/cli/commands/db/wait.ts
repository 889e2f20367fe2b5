import { waitForStores } from '../../../services/doctor/wait-for-stores.ts';
import type { StoreAnswer } from '../../../services/doctor/wait-for-stores.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { Context } from '../../context.ts';

const TIMEOUT_MS_DEFAULT = 60_000;
/** Ends before --timeout ends the whole command: this error names the store and the reason. */
const MARGIN_MS = 150;

export async function runDbWait(context: Context): Promise<void> {
  const { terminal, loaded, clock, signal } = context;
  const timeoutMs = loaded.config.timeoutMs ?? TIMEOUT_MS_DEFAULT;
  const progress = terminal.progress('waiting for the stores');
  try {
    const answers = await waitForStores({
      probes: await context.operator.storeProbes(),
      timeoutMs: Math.max(timeoutMs - MARGIN_MS, 1),
      clock,
      signal,
      report: (message) => progress.update(0, message),
    });
    progress.stop();
    await terminal.print({
      document: Object.fromEntries(answers.map((answer) => [answer.store, documentOf(answer)])),
      rows: answers.map((answer) => ({ store: answer.store, ...documentOf(answer) })),
      human: (style) =>
        answers.map(
          ({ store, version, waitedMs }) =>
            `${style.green(style.mark.ok)} ${store} ${version} answers (${String(waitedMs)} ms)`,
        ),
    });
  } finally {
    progress.stop();
  }
}

function documentOf({ version, waitedMs }: StoreAnswer): JsonObject {
  return { version, waited_ms: waitedMs };
}
