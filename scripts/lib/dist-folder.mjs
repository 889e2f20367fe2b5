import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { projectRoot } from './project-root.mjs';

const DIST = path.join(projectRoot, 'dist');
const FINGERPRINT = path.join(DIST, '.inputs');
const INPUTS = ['src', 'scripts/build.mjs', 'scripts/lib', 'package.json', 'package-lock.json'];

/** A hash of names and contents: times would lie after `git checkout` or `git stash`. */
export function fingerprintInputs() {
  const hash = createHash('sha256').update(process.version);
  for (const input of INPUTS) {
    for (const file of listFiles(path.join(projectRoot, input))) {
      hash.update(`\0${path.relative(projectRoot, file)}\0`).update(readFileSync(file));
    }
  }
  return hash.digest('hex');
}

function listFiles(location) {
  const entries = tryReadFolder(location);
  if (entries === undefined) return existsSync(location) ? [location] : [];
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => listFiles(path.join(location, entry.name)));
}

function tryReadFolder(location) {
  try {
    return readdirSync(location, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

export function isUpToDate(fingerprint) {
  if (!existsSync(path.join(DIST, 'inv.cjs')) || !existsSync(FINGERPRINT)) return false;
  return readFileSync(FINGERPRINT, 'utf8') === fingerprint;
}

export function rememberInputs(fingerprint) {
  replaceFile('.inputs', fingerprint);
}

/**
 * Each file is replaced in one step and the entry comes last, so that a command that starts during a
 * build, or a second build, finds a whole program.
 */
export function publish(files) {
  mkdirSync(DIST, { recursive: true });
  // The launcher trusts a code cache only in a folder that nobody else can write to.
  chmodSync(DIST, 0o755);
  const entryLast = [...files].sort((a, b) => rank(a.name) - rank(b.name));
  for (const { name, contents } of entryLast) replaceFile(name, contents);
  removeLeftovers(new Set(files.map(({ name }) => name)));
}

function rank(name) {
  return name === 'inv.cjs' ? 1 : 0;
}

function replaceFile(name, contents) {
  const temporary = path.join(DIST, `${name}.${process.pid}`);
  writeFileSync(temporary, contents);
  renameSync(temporary, path.join(DIST, name));
}

/** Code caches of the build before, and files of packages that are no longer used. */
function removeLeftovers(current) {
  for (const name of readdirSync(DIST)) {
    const isGone =
      name.startsWith('vendor-') && /\.cjs(?:\.map)?$/.test(name) && !current.has(name);
    if (name.endsWith('.v8') || isGone) rmSync(path.join(DIST, name), { force: true });
  }
}
