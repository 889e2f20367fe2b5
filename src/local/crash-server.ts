import { InvError } from '../lib/errors.ts';
import { ensureLocalServers } from './ensure.ts';
import type { LocalOptions, LocalServers, ServerKind } from './options.ts';
import { localPaths } from './paths.ts';
import { processEnds, watchProcess } from './process-end.ts';
import { findServerProcess } from './server-process.ts';
import { STORE_NAMES } from './start-failed.ts';

const GONE_MS = 5_000;

/**
 * Kills one private server as a power cut would (SIGKILL: it writes nothing down), and starts it again.
 * @throws InvError STORE_UNAVAILABLE when it does not run, cannot be ended, or does not come back
 */
export async function crashServer(kind: ServerKind, options: LocalOptions): Promise<LocalServers> {
  const paths = localPaths(options)[kind];
  const pid = findServerProcess(kind, paths);
  if (pid === undefined) {
    throw new InvError('STORE_UNAVAILABLE', `the private ${STORE_NAMES[kind]} does not run`, {
      hint: 'inv local start',
    });
  }
  const watched = watchProcess(pid);
  options.kill(pid, 'SIGKILL');
  if (!(await processEnds(watched, GONE_MS))) {
    throw new InvError(
      'STORE_UNAVAILABLE',
      `the private ${STORE_NAMES[kind]} cannot be ended (process ${pid})`,
    );
  }
  return ensureLocalServers(options);
}
