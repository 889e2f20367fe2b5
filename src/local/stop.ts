import { existsSync, rmSync, rmdirSync } from 'node:fs';
import type { Ending } from './end-server.ts';
import { endServer } from './end-server.ts';
import { waitForLock } from './lock-wait.ts';
import type { LocalOptions } from './options.ts';
import type { LocalPaths } from './paths.ts';
import { localPaths } from './paths.ts';
import { ensurePrivateFolder } from './private-folder.ts';
import { findOrphan } from './server-process.ts';

export interface StopResult {
  mysql: Ending;
  redis: Ending;
}

/**
 * Stops both servers and waits until they have ended; data and logs stay. A start that is under
 * way is waited for, then what it started is stopped.
 * @throws InvError BUSY, STORE_UNAVAILABLE when a process cannot be ended
 */
export async function stopLocalServers(options: LocalOptions): Promise<StopResult> {
  return withStoppedServers(options, () => undefined);
}

/** Stops both servers and calls `then` while the lock still keeps others from starting them. */
export async function withStoppedServers(
  options: LocalOptions,
  then: (paths: LocalPaths) => void,
): Promise<StopResult> {
  const paths = localPaths(options);
  if (!existsSync(paths.run) && !hasOrphan(paths)) {
    return { mysql: 'was-not-running', redis: 'was-not-running' };
  }
  ensurePrivateFolder(paths.run, options);
  const outcome = await waitForLock<never>(options, paths, {
    deadlineMs: performance.now() + options.startTimeoutMs,
    otherwise: () => Promise.resolve(undefined),
  });
  if ('instead' in outcome) return outcome.instead;
  try {
    // First, so that nobody is sent to a server that is going.
    rmSync(paths.state, { force: true });
    const [mysql, redis] = await Promise.all([
      endServer('mysql', options, paths),
      endServer('redis', options, paths),
    ]);
    removeShortFolder(paths);
    then(paths);
    return { mysql, redis };
  } finally {
    outcome.release();
  }
}

function hasOrphan(paths: LocalPaths): boolean {
  return (['mysql', 'redis'] as const).some((kind) => findOrphan(kind, paths[kind]) !== undefined);
}

function removeShortFolder(paths: LocalPaths): void {
  if (paths.sockets === paths.run) return;
  try {
    rmdirSync(paths.sockets);
  } catch {
    // Not there, or not empty: then it is not ours alone to remove.
  }
}
