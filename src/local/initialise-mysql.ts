import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InvError } from '../lib/errors.ts';
import type { ServerExecutable } from './executables.ts';
import { findProgram, searchFolders } from './executables.ts';
import { logSize, logTail } from './log-file.ts';
import { mariadbInstallArguments, mysqlInitializeArguments } from './mysql-arguments.ts';
import type { LocalOptions } from './options.ts';
import type { LocalPaths } from './paths.ts';
import type { RunCommand } from './run-to-end.ts';
import { runToEnd } from './run-to-end.ts';
import { startFailed } from './start-failed.ts';

const MARKER = 'inv-data.json';

/**
 * Makes sure of a data folder. It is made under another name and renamed when complete, so that
 * a start that is killed half way leaves nothing that looks like a data folder.
 * Needs the lock. @throws InvError STORE_UNAVAILABLE, BAD_CONFIGURATION, INTERRUPTED
 */
export async function ensureMysqlData(
  executable: ServerExecutable,
  options: LocalOptions,
  paths: LocalPaths,
  timeoutMs: number,
): Promise<void> {
  removeRemains(paths.mysql.data);
  if (existsSync(join(paths.mysql.data, MARKER))) {
    refuseOtherFlavor(executable, paths.mysql.data);
    return;
  }
  // A full folder without our marker is data that we did not make: the server may judge it.
  if (existsSync(paths.mysql.data) && readdirSync(paths.mysql.data).length > 0) return;
  options.report?.('Preparing the MySQL data folder (first start only)');
  const draft = `${paths.mysql.data}.new-${randomUUID().slice(0, 8)}`;
  mkdirSync(draft, { mode: 0o700 });
  const logStart = logSize(paths.mysql.log);
  const failure = await runToEnd(
    {
      ...initialiser(executable, options, draft),
      workingFolder: paths.home,
      logFile: paths.mysql.log,
      timeoutMs,
    },
    options,
  );
  if (failure !== undefined) {
    rmSync(draft, { recursive: true, force: true });
    const lines = logTail(paths.mysql.log, logStart);
    throw startFailed({
      kind: 'mysql',
      why: `preparing its data folder failed (${failure})`,
      lines,
      log: paths.mysql.log,
    });
  }
  const { flavor, version } = executable;
  writeFileSync(join(draft, MARKER), `${JSON.stringify({ flavor, version })}\n`, { mode: 0o600 });
  flushFolder(draft);
  renameSync(draft, paths.mysql.data);
  flush(paths.home);
}

/** What a killed first start or a killed reset has left beside the data folder. */
export function removeRemains(data: string): void {
  const name = basename(data);
  for (const entry of readdirSync(dirname(data))) {
    if (entry.startsWith(`${name}.new-`) || entry.startsWith(`${name}.deleted-`)) {
      rmSync(join(dirname(data), entry), { recursive: true, force: true, maxRetries: 10 });
    }
  }
}

/** The name of a complete data folder is given only to what would survive a power failure. */
function flushFolder(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() || entry.isDirectory()) flush(join(entry.parentPath, entry.name));
  }
  flush(folder);
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function initialiser(
  executable: ServerExecutable,
  options: LocalOptions,
  draft: string,
): Pick<RunCommand, 'executable' | 'arguments'> {
  const asRoot = options.uid === 0;
  if (executable.flavor === 'mysql') {
    return { executable: executable.path, arguments: mysqlInitializeArguments(draft, asRoot) };
  }
  const installer = findInstaller(executable.path, options.env);
  return { executable: installer, arguments: mariadbInstallArguments(draft, asRoot) };
}

/** The script lies beside the server, in a sister folder, or in PATH. */
function findInstaller(server: string, env: LocalOptions['env']): string {
  const folder = dirname(server);
  const sisters = ['bin', 'scripts', 'sbin'].map((name) => join(folder, '..', name));
  const names = ['mariadb-install-db', 'mysql_install_db'];
  const found = findProgram(names, [folder, ...sisters, ...searchFolders(env)]);
  if (found !== undefined) return found;
  throw new InvError('STORE_UNAVAILABLE', `${server} is there, but mariadb-install-db is not`, {
    hint: 'inv local install',
    facts: { store: 'mysql', state: 'not-installed' },
  });
}

/** MySQL and MariaDB cannot read each other's folders, and say so in ways nobody understands. */
function refuseOtherFlavor(executable: ServerExecutable, data: string): void {
  const marker = readFileSync(join(data, MARKER), 'utf8');
  if (marker.includes(`"${executable.flavor}"`)) return;
  throw new InvError(
    'BAD_CONFIGURATION',
    `${data} was made by another kind of server than ${executable.path} (${executable.flavor} ${executable.version})`,
    {
      hint: 'set INV_MYSQLD to the server that made it, or choose another folder with INV_HOME',
      facts: { store: 'mysql', path: data },
    },
  );
}
