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
import { notAnswering } from './not-answering.ts';
import { ensurePrivateFolder } from './private-folder.ts';
import { redisArguments } from './redis-arguments.ts';
import { findServerProcess } from './server-process.ts';
import { findRunning } from './state-file.ts';
import { startFailed } from './start-failed.ts';
import { endServer } from './end-server.ts';

export interface StartTask {
  kind: ServerKind;
  options: LocalOptions;
  paths: LocalPaths;
  /** Monotonic time (`performance.now()`) at which it must be up, in milliseconds. */
  deadlineMs: number;
}

export interface StartedServer extends LocalServer {
  /** False when it ran already. */
  startedHere: boolean;
}

/**
 * Makes sure of one server, under the lock: finds it running, or starts it and waits until it
 * serves clients. What was started and does not come up is ended again.
 * @throws InvError STORE_UNAVAILABLE with the end of its log, INTERRUPTED
 */
export async function startServer(task: StartTask): Promise<StartedServer> {
  const { kind, options, paths, deadlineMs } = task;
  const executable = await requireExecutable(kind, options.env);
  const { flavor, version } = executable;
  const { socket, log } = paths[kind];
  const before = await findServing(task);
  if (before !== undefined) return { socket, pid: before, flavor, version, startedHere: false };
  // What a killed server has left, and a server that nobody can reach any more.
  await endServer(kind, options, paths);
  const logStart = rotateLog(log);
  const given = await prepare(executable, task);
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

/** A server that runs already, perhaps still starting, or stopping: one that ends meanwhile is none. */
async function findServing({
  kind,
  options,
  paths,
  deadlineMs,
}: StartTask): Promise<number | undefined> {
  const { socket, log } = paths[kind];
  const find = (): number | undefined => findServerProcess(kind, paths[kind]);
  const pid = find();
  if (pid === undefined) return undefined;
  const ended = (): string | undefined => (find() === undefined ? 'it ended' : undefined);
  // One that is still starting has its whole time; one that has served before only hangs.
  const hasServed = findRunning(options)?.[kind].pid === pid;
  const untilMs = hasServed ? Math.min(deadlineMs, performance.now() + SILENT_MS) : deadlineMs;
  const waiting: Waiting = { kind, socket, log, logStart: 0, deadlineMs: untilMs, ended };
  try {
    await waitUntilReady(waiting, options.signal);
    return pid;
  } catch (error) {
    if (ended() !== undefined) return undefined;
    if (options.signal?.aborted === true) throw error;
    throw notAnswering({ kind, pid, socket, log });
  }
}

/** Data folder and arguments. */
async function prepare(executable: ServerExecutable, task: StartTask): Promise<string[]> {
  const { kind, options, paths, deadlineMs } = task;
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

/** A server that has served before is given so long to answer, after the caller has waited in vain. */
const SILENT_MS = 4000;

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
    if (performance.now() > waiting.deadlineMs) {
      throw fail(`it does not answer on ${waiting.socket}`);
    }
    await sleep(pause);
  }
}
