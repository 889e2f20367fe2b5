import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

export interface ScratchFolderOptions {
  /** The folder that it is made in. */
  readonly parent: string;
  readonly prefix: string;
  /** Ends what runs in the folder, before it is deleted: program and arguments. */
  readonly stopCommand: readonly string[];
  /** Of the stop command, which can only be given once the folder has a name. */
  readonly stopEnvironment: (folder: string) => Readonly<Record<string, string>>;
}

/**
 * A folder that goes when this process goes, and what runs in it with it: also after Ctrl-C, and
 * even when the process is killed or its terminal is closed.
 */
export interface ScratchFolder {
  readonly path: string;
  /** Hands it over to the user: nothing is stopped or deleted. */
  keep(): Promise<void>;
  remove(): Promise<void>;
  /** For a process that is about to exit: blocks until the folder has gone, at most some seconds. */
  removeNow(): void;
}

/**
 * A shell in a session of its own reads from a pipe that only this process holds open. The word
 * `keep` ends it; the end of the pipe, whatever the reason, makes it stop the servers and delete.
 * A second try, because a process on its way out may still have written a file.
 */
const GUARD = `trap '' HUP INT TERM
IFS= read -r word && exit 0
folder=$1
shift
"$@" </dev/null >/dev/null 2>&1
rm -rf "$folder" || { sleep 1; rm -rf "$folder"; }`;

export async function openScratchFolder(options: ScratchFolderOptions): Promise<ScratchFolder> {
  // The real path: a shorter way in may go through a link that somebody else can move.
  const path = mkdtempSync(join(realpathSync(options.parent), options.prefix));
  const guard = spawn('/bin/sh', ['-c', GUARD, 'inv', path, ...options.stopCommand], {
    cwd: '/',
    env: options.stopEnvironment(path),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await spawned(guard);
  const ended = new Promise<void>((resolve) => {
    guard.once('exit', () => resolve());
  });
  return {
    path,
    keep: async () => {
      guard.stdin.end('keep\n');
      await ended;
    },
    remove: async () => {
      guard.stdin.destroy();
      await ended;
    },
    removeNow: () => {
      guard.stdin.destroy();
      waitUntilGone(path);
    },
  };
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

const GONE_TIMEOUT_MS = 15_000;
const POLL_MS = 20;

function waitUntilGone(path: string): void {
  const deadlineMs = performance.now() + GONE_TIMEOUT_MS;
  const clock = new Int32Array(new SharedArrayBuffer(4));
  while (existsSync(path) && performance.now() < deadlineMs) Atomics.wait(clock, 0, 0, POLL_MS);
}
