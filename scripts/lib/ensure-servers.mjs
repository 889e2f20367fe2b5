import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { runCommand } from './run-command.mjs';

const SERVERS = [
  { programs: ['mariadbd', 'mysqld'], override: 'INV_MYSQLD' },
  { programs: ['redis-server', 'valkey-server'], override: 'INV_REDIS_SERVER' },
];

/** Where packages put servers that are not on an ordinary user's PATH. */
const EXTRA_FOLDERS = ['/usr/sbin', '/usr/libexec', '/usr/local/sbin', '/opt/homebrew/bin'];

/** Installs MySQL and Redis when their programs are not found; `inv` itself looks closer, and decides. */
export async function ensureServers() {
  if (SERVERS.every(isInstalled)) return;
  const args = [path.join('bin', 'inv.js'), 'local', 'install', '--yes'];
  // The result of that command is not the result of the one that was asked for.
  const exitCode = await runCommand(process.execPath, args, { stdio: ['ignore', 2, 2] });
  if (exitCode !== 0) {
    throw new Error(
      'MySQL (or MariaDB) and Redis (or Valkey) are needed and could not be installed',
    );
  }
}

function isInstalled({ programs, override }) {
  if (process.env[override]) return true;
  const onPath = (process.env['PATH'] ?? '').split(path.delimiter).filter(path.isAbsolute);
  return [...onPath, ...EXTRA_FOLDERS].some((folder) =>
    programs.some((program) => isExecutable(path.join(folder, program))),
  );
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
