import { readFileSync, realpathSync } from 'node:fs';
import type { ServerKind } from './options.ts';
import type { ServerPaths } from './paths.ts';
import { findProcess, listProcesses } from './process-table.ts';

/**
 * Process id of our server, or undefined when it does not run. The number in the pid file is
 * believed only when that process is a server of this kind at work in our data folder: numbers
 * are used again after a crash or a restart of the machine.
 */
export function findServerProcess(kind: ServerKind, paths: ServerPaths): number | undefined {
  const pid = readPid(paths.pid);
  return pid !== undefined && isServerProcess(kind, paths, pid) ? pid : undefined;
}

/** The shell that becomes the server carries the server's name among its arguments, so it counts. */
const COMMANDS: Record<ServerKind, RegExp> = {
  mysql: /mariadbd|mysqld/,
  redis: /redis|valkey/,
};

function isServerProcess(kind: ServerKind, paths: ServerPaths, pid: number): boolean {
  const found = findProcess(pid);
  if (found === undefined || !COMMANDS[kind].test(found.command)) return false;
  if (found.workingFolder === undefined) return found.command.includes(paths.socket);
  // Linux adds the note when somebody has removed the folder under a running server.
  return found.workingFolder.replace(/ \(deleted\)$/, '') === realPath(paths.data);
}

/**
 * Process id of a server of ours that no pid file knows of: somebody has deleted the `run` folder,
 * or the whole home, while it ran, and with it the socket. A second Redis in one data folder would ruin it.
 * Known on Linux only.
 */
export function findOrphan(kind: ServerKind, paths: ServerPaths): number | undefined {
  if (readPid(paths.pid) !== undefined) return undefined;
  return listProcesses().find((pid) => isServerProcess(kind, paths, pid));
}

function readPid(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
