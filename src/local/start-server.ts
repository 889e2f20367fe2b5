import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDetached, writeWhole } from './detached.ts';
import type { ServerExecutable } from './executables.ts';
import { requireExecutable } from './executables.ts';
import { askServer } from './handshake.ts';
import { ensureMysqlData } from './initialise-mysql.ts';
import { interrupted } from './interrupted.ts';
import { logTail, rotateLog } from './log-file.ts';
import { mysqlArguments, mysqlInitFile } from './mysql-arguments.ts';
import type { LocalOptions, LocalServer, ServerKind } from './options.ts';
import type { LocalPaths } from './paths.ts';
import { ensurePrivateFolder } from './private-folder.ts';
import { redisArguments } from './redis-arguments.ts';
import { findServerProcess } from './server-process.ts';
import { startFailed } from './start-failed.ts';
import { endServer } from './end-server.ts';

export interface StartedServer extends LocalServer {
  /** False when it ran already. */
  startedHere: boolean;
}

/**
 * Makes sure of one server, under the lock: finds it running, or starts it and waits until it
 * serves clients. What was started and does not come up is ended again.
 * @throws InvError STORE_UNAVAILABLE with the end of its log, INTERRUPTED
 */
export async function startServer(
  kind: ServerKind,
  options: LocalOptions,
  paths: LocalPaths,
  deadlineMs: number,
): Promise<StartedServer> {
  const executable = await requireExecutable(kind, options.env);
  const { flavor, version } = executable;
  const { socket, log } = paths[kind];
  const before = findServerProcess(kind, paths[kind]);
  if (before !== undefined) {
    const isUp = (): string | undefined =>
      findServerProcess(kind, paths[kind]) === undefined
        ? 'it ended while it was starting'
        : undefined;
    await waitUntilReady(
      { kind, socket, log, logStart: 0, deadlineMs, ended: isUp },
      options.signal,
    );
    return { socket, pid: before, flavor, version, startedHere: false };
  }
  const logStart = rotateLog(log);
  const given = await prepare(kind, executable, options, paths, deadlineMs);
  rmSync(socket, { force: true });
  const started = await startDetached({
    executable: executable.path,
    arguments: [...given, ...(options[kind]?.extraArguments ?? [])],
    workingFolder: paths[kind].data,
    logFile: log,
    pidFile: paths[kind].pid,
    env: options.env,
  });
  try {
    const { ended } = started;
    await waitUntilReady({ kind, socket, log, logStart, deadlineMs, ended }, options.signal);
  } catch (error) {
    await endServer(kind, options, paths);
    throw error;
  } finally {
    started.letGo();
  }
  return { socket, pid: started.pid, flavor, version, startedHere: true };
}

/** Data folder and arguments. */
async function prepare(
  kind: ServerKind,
  executable: ServerExecutable,
  options: LocalOptions,
  paths: LocalPaths,
  deadlineMs: number,
): Promise<string[]> {
  const { data, socket } = paths[kind];
  if (kind === 'redis') {
    ensurePrivateFolder(data, options);
    return redisArguments({ data, socket });
  }
  await ensureMysqlData(executable, options, paths, Math.max(deadlineMs - performance.now(), 1));
  ensurePrivateFolder(data, options);
  const initFile = join(paths.run, 'mysql-init.sql');
  writeWhole(initFile, mysqlInitFile());
  return mysqlArguments({
    flavor: executable.flavor,
    data,
    socket,
    // Not our pid file: the server removes its own before it has quite ended.
    pidFile: join(paths.run, 'mysql-server.pid'),
    initFile,
    temporary: paths.temporary,
    asRoot: options.uid === 0,
  });
}

const FIRST_POLL_MS = 5;
const POLL_MS_MAX = 50;
const ANSWER_TIMEOUT_MS = 1000;

interface Waiting {
  kind: ServerKind;
  socket: string;
  log: string;
  /** Where this start's lines begin in the log. */
  logStart: number;
  deadlineMs: number;
  /** How the process ended, once it has. */
  ended: () => string | undefined;
}

async function waitUntilReady(waiting: Waiting, signal: AbortSignal | undefined): Promise<void> {
  const fail = (why: string): Error =>
    startFailed({ ...waiting, why, lines: logTail(waiting.log, waiting.logStart) });
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 1.5, POLL_MS_MAX)) {
    if (signal?.aborted === true) throw interrupted(signal);
    const end = waiting.ended();
    if (end !== undefined) throw fail(end);
    const answer = await askServer(waiting.kind, waiting.socket, ANSWER_TIMEOUT_MS);
    if (answer === 'ready') return;
    if (performance.now() > waiting.deadlineMs)
      throw fail(`it does not answer on ${waiting.socket}`);
    await sleep(pause);
  }
}
