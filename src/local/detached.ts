import { spawn } from 'node:child_process';
import { closeSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { InvError } from '../lib/errors.ts';
import type { LocalOptions } from './options.ts';

export interface DetachedCommand {
  executable: string;
  arguments: readonly string[];
  workingFolder: string;
  logFile: string;
  pidFile: string;
  env: LocalOptions['env'];
}

export interface DetachedProcess {
  pid: number;
  /** Undefined while it runs, then how it ended, as words for a message. */
  ended: () => string | undefined;
  /** Lets this command exit while the process runs on. */
  letGo: () => void;
}

/**
 * The shell waits for a word before it becomes the server. The process id is on disk before the
 * word is given, and a starter that is killed in between gives none: no server ever runs that a
 * later command does not know of.
 */
const GATE = 'umask 077; IFS= read -r go || exit 75; exec "$@" </dev/null';

/**
 * Runs a program that survives this command: in its own session, away from Ctrl-C, its output
 * in a log file, its files readable by nobody else.
 * @throws InvError STORE_UNAVAILABLE when it cannot be run at all
 */
export async function startDetached(command: DetachedCommand): Promise<DetachedProcess> {
  const log = openSync(command.logFile, 'a', 0o600);
  const child = spawn('/bin/sh', ['-c', GATE, 'inv', command.executable, ...command.arguments], {
    cwd: command.workingFolder,
    env: serverEnvironment(command.env),
    detached: true,
    stdio: ['pipe', log, log],
  });
  closeSync(log);
  let ended: string | undefined;
  child.once('exit', (code, signal) => {
    ended =
      signal === null ? `it ended with exit code ${code ?? '?'}` : `it was ended by ${signal}`;
  });
  // A shell that is gone before it read the word: `exit` says so, the pipe need not.
  child.stdin?.on('error', () => undefined);
  const pid = await spawned(child, command.executable);
  writeWhole(command.pidFile, `${pid}\n`);
  child.stdin?.end('go\n');
  return { pid, ended: () => ended, letGo: () => child.unref() };
}

/** Writes a small file so that a reader sees the old content or the new, never a part. */
export function writeWhole(path: string, content: string): void {
  const draft = `${path}.new`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}

function spawned(child: ReturnType<typeof spawn>, executable: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid ?? 0));
    child.once('error', (cause) => {
      reject(
        new InvError('STORE_UNAVAILABLE', `${executable} could not be run: ${cause.message}`, {
          hint: 'inv doctor',
          cause,
        }),
      );
    });
  });
}

/**
 * A server outlives the command by days and its environment can be read by tools, so it gets only
 * what a program needs to run: no passwords, and no temporary folder that goes with the session.
 */
export function serverEnvironment(env: LocalOptions['env']): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && /^(PATH|HOME|LANG|LC_\w+|LD_\w+|DYLD_\w+)$/.test(entry[0]),
  );
  // MariaDB does not follow the umask but these two.
  return { ...Object.fromEntries(kept), TZ: 'UTC', UMASK: '0600', UMASK_DIR: '0700' };
}
