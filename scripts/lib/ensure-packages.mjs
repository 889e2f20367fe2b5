import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { withInstallLock } from './install-lock.mjs';
import { projectRoot } from './project-root.mjs';
import { captureCommand, runCommand } from './run-command.mjs';

const LOCK_FILE = path.join(projectRoot, 'package-lock.json');
const MODULES = path.join(projectRoot, 'node_modules');
/** Written by npm as the last act of an installation. */
const INSTALLED = path.join(MODULES, '.package-lock.json');
/** Which lock file `node_modules` was last known to match: times change with every checkout. */
const STAMP = path.join(MODULES, '.inv-lock-hash');

/** Runs `npm ci` when node_modules is missing or older than the lock file; one process at a time. */
export async function ensurePackages() {
  if (isCurrent()) return;
  await withInstallLock(async () => {
    // Whoever held the lock before may have done the work.
    if (isCurrent()) return;
    await install();
    writeFileSync(STAMP, lockHash());
  });
}

function isCurrent() {
  if (!existsSync(INSTALLED)) return false;
  if (existsSync(STAMP)) return readFileSync(STAMP, 'utf8') === lockHash();
  return statSync(INSTALLED).mtimeMs >= statSync(LOCK_FILE).mtimeMs;
}

function lockHash() {
  return createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
}

async function install() {
  process.stderr.write('bootstrap: installing packages (npm ci)\n');
  // Tests and checks need the development packages, also where NODE_ENV says production.
  const { command, args } = npm('ci', '--include=dev', '--no-audit', '--no-fund');
  if (process.stderr.isTTY) {
    const exitCode = await runCommand(command, args, { stdio: ['ignore', 2, 2] });
    if (exitCode !== 0) throw new Error(`npm ci ended with exit code ${exitCode}`);
    return;
  }
  const { exitCode, output } = await captureCommand(command, args);
  if (exitCode === 0) return;
  process.stderr.write(output);
  throw new Error(`npm ci ended with exit code ${exitCode}`);
}

/** The npm that runs us, if one does: it need not be the one on the PATH. */
function npm(...args) {
  const script = process.env['npm_execpath'];
  if (script !== undefined && /npm-cli\.c?js$/.test(script)) {
    return { command: process.execPath, args: [script, ...args] };
  }
  return { command: 'npm', args };
}
