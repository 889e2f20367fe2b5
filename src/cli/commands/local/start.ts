import type { Context } from '../../context.ts';
import { statusPresentation } from './status.ts';

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
  if (!servers.areUsed) {
    terminal.warn(
      `other commands do not use these servers: ${configuredAddresses(context)} (inv config show --origin)`,
    );
  }
  const presentation = statusPresentation(await servers.status());
  await terminal.print(presentation);
  terminal.success(wereRunning ? 'both servers were running already' : 'both servers run');
}

function configuredAddresses({ loaded }: Context): string {
  const { mysql, redis } = loaded.config;
  const names = [mysql.url === null ? [] : ['mysql.url'], redis.url === null ? [] : ['redis.url']];
  const set = names.flat();
  return `${set.join(' and ')} ${set.length === 1 ? 'is' : 'are'} set`;
}
