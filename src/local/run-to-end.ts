import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { serverEnvironment } from './detached.ts';
import { interrupted } from './interrupted.ts';
import type { LocalOptions } from './options.ts';

export interface RunCommand {
  executable: string;
  arguments: readonly string[];
  workingFolder: string;
  logFile: string;
  timeoutMs: number;
}

/**
 * Standard input is a pipe that closes when this process ends, however it ends. A watcher in the
 * program's group sees that and kills the group: nothing goes on writing into a folder that the
 * next starter is about to remove.
 */
export const WATCHED =
  'umask 077; exec 3<&0 </dev/null; (cat <&3 >/dev/null; kill -9 0) & exec "$@" 3<&-';

/**
 * Runs a program to its end, output in a log file; it and its children are killed when the time
 * is over or the user interrupts.
 * @returns how it failed, as words for a message, or undefined when it succeeded
 * @throws InvError INTERRUPTED
 */
export async function runToEnd(
  command: RunCommand,
  options: LocalOptions,
): Promise<string | undefined> {
  const log = openSync(command.logFile, 'a', 0o600);
  const shell = ['-c', WATCHED, 'inv', command.executable, ...command.arguments];
  const child = spawn('/bin/sh', shell, {
    cwd: command.workingFolder,
    env: serverEnvironment(options.env),
    // A group of its own, so that its children can be ended with it.
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  child.stdin?.on('error', () => undefined);
  const killAll = (): void => {
    if (child.pid === undefined) return;
    try {
      options.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended in the meantime.
    }
  };
  const deadlineMs = performance.now() + command.timeoutMs;
  const timer = setTimeout(killAll, command.timeoutMs);
  options.signal?.addEventListener('abort', killAll, { once: true });
  if (options.signal?.aborted === true) killAll();
  try {
    const failure = await ended(child);
    if (options.signal?.aborted === true) throw interrupted(options.signal);
    if (failure === undefined) return undefined;
    return performance.now() >= deadlineMs
      ? `it took longer than ${Math.round(command.timeoutMs / 1000)} s`
      : failure;
  } finally {
    clearTimeout(timer);
    child.stdin?.destroy();
    options.signal?.removeEventListener('abort', killAll);
  }
}

function ended(child: ReturnType<typeof spawn>): Promise<string | undefined> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(signal === null ? `exit code ${code ?? '?'}` : `ended by ${signal}`);
    });
  });
}
