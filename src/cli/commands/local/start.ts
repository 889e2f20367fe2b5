import type { Context } from '../../context.ts';
import { statusPresentation, warnUnused } from './status.ts';

export async function runLocalStart(context: Context): Promise<void> {
  const { terminal } = context;
  const servers = await context.operator.privateServers();
  const wereRunning = (await servers.running()) !== undefined;
  if (!wereRunning) {
    const progress = terminal.progress('starting MySQL and Redis');
    try {
      await servers.start();
    } finally {
      progress.stop();
    }
  }
  if (!servers.areUsed) warnUnused(context);
  const presentation = statusPresentation(await servers.status());
  await terminal.print(presentation);
  terminal.success(wereRunning ? 'both servers were running already' : 'both servers run');
}
