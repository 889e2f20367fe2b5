import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { InvError } from '../lib/errors.ts';
import { writeWhole } from './detached.ts';
import type { LocalOptions, LocalSignal, ServerKind } from './options.ts';
import type { LocalPaths } from './paths.ts';
import { processEnds, watchProcess } from './process-end.ts';
import { findOrphan, findServerProcess } from './server-process.ts';
import { STORE_NAMES } from './start-failed.ts';

/** How long a server may take to write down what it holds before it is killed. */
const GRACE_MS: Record<ServerKind, number> = { mysql: 30_000, redis: 15_000 };
const KILL_MS = 5000;

export type Ending = 'stopped' | 'killed' | 'was-not-running';

/**
 * Ends one server and removes its socket and pid files. Asks first and kills when it does not
 * listen, which loses nothing that was acknowledged. Needs the lock.
 * @throws InvError STORE_UNAVAILABLE when the process cannot be ended at all
 */
export async function endServer(
  kind: ServerKind,
  options: LocalOptions,
  paths: LocalPaths,
): Promise<Ending> {
  const orphan = findOrphan(kind, paths[kind]);
  if (orphan !== undefined) writeWhole(paths[kind].pid, `${orphan}\n`);
  const ending = await endProcess(kind, options, paths);
  rmSync(paths[kind].socket, { force: true });
  rmSync(paths[kind].pid, { force: true });
  if (kind === 'mysql') {
    rmSync(join(paths.run, 'mysql-server.pid'), { force: true });
    rmSync(join(paths.run, 'mysql-init.sql'), { force: true });
    rmSync(`${paths.mysql.socket}.lock`, { force: true });
  }
  return ending;
}

async function endProcess(
  kind: ServerKind,
  options: LocalOptions,
  paths: LocalPaths,
): Promise<Ending> {
  const pid = findServerProcess(kind, paths[kind]);
  if (pid === undefined) return 'was-not-running';
  if (await signalAndWait(pid, 'SIGTERM', GRACE_MS[kind], options)) return 'stopped';
  options.report?.(
    `${STORE_NAMES[kind]} did not stop within ${GRACE_MS[kind] / 1000} s and is killed; it recovers at its next start`,
  );
  if (await signalAndWait(pid, 'SIGKILL', KILL_MS, options)) return 'killed';
  throw new InvError('STORE_UNAVAILABLE', `the private ${STORE_NAMES[kind]} cannot be ended`, {
    hint: 'inv local status',
    facts: { store: kind, pid },
  });
}

/** @returns true when the process has ended in time */
async function signalAndWait(
  pid: number,
  signal: LocalSignal,
  timeoutMs: number,
  options: LocalOptions,
): Promise<boolean> {
  const watched = watchProcess(pid);
  try {
    options.kill(pid, signal);
  } catch {
    // It ended between the look and the signal; the next look tells.
  }
  return processEnds(watched, timeoutMs);
}
