import type { StopResult } from '../../../local/stop.ts';
import type { Context } from '../../context.ts';
import type { Presentation } from '../../terminal/types.ts';

export async function runLocalStop(context: Context): Promise<void> {
  const { terminal } = context;
  const servers = await context.operator.privateServers();
  const progress = terminal.progress('stopping MySQL and Redis');
  try {
    const result = await servers.stop();
    progress.stop();
    await terminal.print(stopPresentation(result, context.loaded.config.home));
  } finally {
    progress.stop();
  }
}

export function stopPresentation({ mysql, redis }: StopResult, directory: string): Presentation {
  const wasRunning = mysql !== 'was-not-running' || redis !== 'was-not-running';
  return {
    document: { mysql, redis, directory },
    human: (style) =>
      wasRunning
        ? [
            `${style.green(style.mark.ok)} MySQL ${inWords(mysql)}`,
            `${style.green(style.mark.ok)} Redis ${inWords(redis)}`,
          ]
        : [`${style.green(style.mark.ok)} nothing was running in ${directory}`],
  };
}

function inWords(ending: StopResult['mysql']): string {
  switch (ending) {
    case 'stopped':
      return 'stopped';
    case 'killed':
      return 'killed, because it did not stop by itself; it recovers at its next start';
    case 'was-not-running':
      return 'was not running';
  }
}
