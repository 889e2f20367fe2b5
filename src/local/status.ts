import { existsSync } from 'node:fs';
import { findExecutable, requireExecutable } from './executables.ts';
import { askServer } from './handshake.ts';
import type { Flavor, LocalOptions, ServerKind } from './options.ts';
import { LOCAL_ADMIN_USER, LOCAL_DATABASE, LOCAL_USER } from './options.ts';
import type { LocalPaths } from './paths.ts';
import { localPaths } from './paths.ts';
import { findServerProcess } from './server-process.ts';

/** `broken`: a process runs and does not answer, or the program that was found does not run. */
export type ServerState = 'running' | 'stopped' | 'not-installed' | 'broken';

export interface ServerStatus {
  state: ServerState;
  flavor: Flavor | null;
  version: string | null;
  socket: string;
  /** Always null: private servers have no port. */
  port: null;
  pid: number | null;
  log_file: string;
}

/** The document of `inv local status`, with its field names. */
export interface LocalStatus {
  mysql: ServerStatus & { database: string; user: string; admin_user: string };
  redis: ServerStatus;
  directory: string;
}

/** Looks, and changes nothing: no folder is made, no lock is taken. */
export async function localStatus(options: LocalOptions): Promise<LocalStatus> {
  const paths = localPaths(options);
  const [mysql, redis] = await Promise.all([
    serverStatus('mysql', options, paths),
    serverStatus('redis', options, paths),
  ]);
  const names = { database: LOCAL_DATABASE, user: LOCAL_USER, admin_user: LOCAL_ADMIN_USER };
  return { mysql: { ...mysql, ...names }, redis, directory: paths.home };
}

const ANSWER_TIMEOUT_MS = 1000;

async function serverStatus(
  kind: ServerKind,
  options: LocalOptions,
  paths: LocalPaths,
): Promise<ServerStatus> {
  const { socket, log } = paths[kind];
  const program = await describeProgram(kind, options.env);
  const pid = findServerProcess(kind, paths[kind]) ?? null;
  const state = await serverState(kind, socket, pid, program.state);
  return { ...program, state, socket, port: null, pid, log_file: log };
}

async function serverState(
  kind: ServerKind,
  socket: string,
  pid: number | null,
  program: ServerState,
): Promise<ServerState> {
  if (pid === null) return program;
  if (!existsSync(socket)) return 'broken';
  return (await askServer(kind, socket, ANSWER_TIMEOUT_MS)) === 'ready' ? 'running' : 'broken';
}

async function describeProgram(
  kind: ServerKind,
  env: LocalOptions['env'],
): Promise<Pick<ServerStatus, 'state' | 'flavor' | 'version'>> {
  if (findExecutable(kind, env) === undefined) {
    return { state: 'not-installed', flavor: null, version: null };
  }
  try {
    const { flavor, version } = await requireExecutable(kind, env);
    return { state: 'stopped', flavor, version };
  } catch {
    return { state: 'broken', flavor: null, version: null };
  }
}
