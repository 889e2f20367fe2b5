import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { InvError } from '../lib/errors.ts';
import type { Flavor, LocalOptions, ServerKind } from './options.ts';

export interface ServerExecutable {
  path: string;
  flavor: Flavor;
  version: string;
}

type Environment = LocalOptions['env'];

/** In order of preference: MariaDB first, because distributions confine mysqld to its own folders. */
const PROGRAMS: Record<ServerKind, readonly string[]> = {
  mysql: ['mariadbd', 'mysqld'],
  redis: ['redis-server', 'valkey-server'],
};

const OVERRIDES: Record<ServerKind, string> = { mysql: 'INV_MYSQLD', redis: 'INV_REDIS_SERVER' };

/** Servers often lie where an ordinary user's PATH does not reach, or in a keg of Homebrew. */
const USUAL_FOLDERS = [
  '/usr/sbin',
  '/usr/bin',
  '/usr/libexec',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/local/mysql/bin',
  '/usr/local/opt/mariadb/bin',
  '/usr/local/opt/mysql/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/opt/homebrew/opt/mysql/bin',
  '/opt/homebrew/opt/redis/bin',
  '/opt/homebrew/opt/valkey/bin',
];

/**
 * Path of the server program, or undefined when this machine has none.
 * INV_MYSQLD and INV_REDIS_SERVER name one; then nothing else is looked for.
 */
export function findExecutable(kind: ServerKind, env: Environment): string | undefined {
  const override = env[OVERRIDES[kind]];
  if (override !== undefined && override !== '') {
    return isExecutable(override) ? override : undefined;
  }
  return findProgram(PROGRAMS[kind], searchFolders(env));
}

/**
 * The server program with its flavor and version.
 * @throws InvError STORE_UNAVAILABLE when it is missing or does not run
 */
export async function requireExecutable(
  kind: ServerKind,
  env: Environment,
): Promise<ServerExecutable> {
  const path = findExecutable(kind, env);
  if (path === undefined) throw missing(kind, env);
  return { path, ...(await readVersion(kind, path)) };
}

export function findProgram(
  names: readonly string[],
  folders: readonly string[],
): string | undefined {
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

export function searchFolders(env: Environment): string[] {
  // An empty or relative entry of PATH means the current folder: not a place to take servers from.
  const path = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return [...new Set([...path, ...USUAL_FOLDERS])];
}

async function readVersion(
  kind: ServerKind,
  path: string,
): Promise<{ flavor: Flavor; version: string }> {
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 10_000 });
    return parseVersion(kind, basename(path), stdout);
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new InvError('STORE_UNAVAILABLE', `${path} does not run: ${reason}`, {
      hint: `${OVERRIDES[kind]}=PATH names another program; inv local install installs one`,
      facts: { store: kind, path },
      cause: error,
    });
  }
}

/** Exported for its tests: reads what `--version` prints. */
export function parseVersion(
  kind: ServerKind,
  program: string,
  printed: string,
): { flavor: Flavor; version: string } {
  if (kind === 'redis') {
    const version = /v=([\w.-]+)/.exec(printed)?.[1] ?? 'unknown';
    return { flavor: /valkey/i.test(printed + program) ? 'valkey' : 'redis', version };
  }
  const version = /Ver (\d+(?:\.\d+)*)/.exec(printed)?.[1] ?? 'unknown';
  return { flavor: /mariadb/i.test(printed) ? 'mariadb' : 'mysql', version };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function missing(kind: ServerKind, env: Environment): InvError {
  const store = kind === 'mysql' ? 'MariaDB or MySQL' : 'Redis or Valkey';
  const override = env[OVERRIDES[kind]];
  const message =
    override === undefined || override === ''
      ? `no ${store} server is installed (looked for ${PROGRAMS[kind].join(', ')})`
      : `${OVERRIDES[kind]} names ${override}, which is not a program`;
  return new InvError('STORE_UNAVAILABLE', message, {
    hint: 'inv local install',
    facts: { store: kind, state: 'not-installed' },
  });
}
