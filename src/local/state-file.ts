import { readFileSync } from 'node:fs';
import { writeWhole } from './detached.ts';
import type { Flavor, LocalOptions, LocalServer, LocalServers } from './options.ts';
import { localPaths } from './paths.ts';

/**
 * The servers as the last start left them, from one small file; undefined when there are none.
 * Costs well under a millisecond and asks nobody: connect, and call `ensureLocalServers` only
 * when that fails with ENOENT or ECONNREFUSED.
 */
export function findRunning(
  options: Pick<LocalOptions, 'directory' | 'uid'>,
): LocalServers | undefined {
  const paths = localPaths(options);
  let content: string;
  try {
    content = readFileSync(paths.state, 'utf8');
  } catch {
    return undefined;
  }
  return parseState(content, paths.home);
}

export function writeState(path: string, servers: LocalServers): void {
  const { mysql, redis } = servers;
  writeWhole(path, `${JSON.stringify({ mysql, redis }, undefined, 2)}\n`);
}

/** Exported for its tests. Content that is not ours counts as none: it is written anew. */
export function parseState(content: string, directory: string): LocalServers | undefined {
  let state: unknown;
  try {
    state = JSON.parse(content);
  } catch {
    return undefined;
  }
  if (!isRecord(state)) return undefined;
  const mysql = readServer(state['mysql']);
  const redis = readServer(state['redis']);
  return mysql === undefined || redis === undefined ? undefined : { directory, mysql, redis };
}

function readServer(value: unknown): LocalServer | undefined {
  if (!isRecord(value)) return undefined;
  const { socket, pid, flavor, version } = value;
  if (typeof socket !== 'string' || typeof version !== 'string' || !isFlavor(flavor)) {
    return undefined;
  }
  return typeof pid === 'number' ? { socket, pid, flavor, version } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFlavor(value: unknown): value is Flavor {
  return value === 'mariadb' || value === 'mysql' || value === 'redis' || value === 'valkey';
}
