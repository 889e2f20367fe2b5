import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectRoot } from './project-root.mjs';

const LOCK = path.join(projectRoot, '.inv', 'install.lock');
const POLL_MS = 200;
const WAIT_MS_MAX = 15 * 60_000;
/** Between making the folder and naming its owner lies less than this, unless the owner died. */
const NAMELESS_MS_MAX = 5_000;

/** Runs `action` while no other process of this checkout does. A lock whose owner is gone is removed. */
export async function withInstallLock(action) {
  await acquire();
  try {
    return await action();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

async function acquire() {
  mkdirSync(path.dirname(LOCK), { recursive: true });
  const deadline = performance.now() + WAIT_MS_MAX;
  for (let isFirst = true; !tryAcquire(); isFirst = false) {
    if (isFirst) process.stderr.write('bootstrap: waiting for another installation\n');
    if (performance.now() > deadline) throw new Error(`another process holds ${LOCK}`);
    removeIfStale();
    await sleep(POLL_MS);
  }
}

function tryAcquire() {
  try {
    // Making a folder either succeeds or finds it there: the file system decides between two.
    mkdirSync(LOCK);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(path.join(LOCK, 'pid'), String(process.pid));
  return true;
}

function removeIfStale() {
  const owner = readOwner(LOCK);
  if (!isStale(owner)) return;
  // A rename succeeds for one process only. If that was a new lock by now, it goes back.
  const aside = `${LOCK}.${process.pid}`;
  try {
    renameSync(LOCK, aside);
    if (readOwner(aside) === owner) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, LOCK);
  } catch {
    // Somebody else was faster, which is as good.
  }
}

/** @returns the pid as text; undefined when the owner has not written it (yet) */
function readOwner(folder) {
  try {
    return readFileSync(path.join(folder, 'pid'), 'utf8');
  } catch {
    return undefined;
  }
}

function isStale(owner) {
  if (owner !== undefined && owner !== '') return !isAlive(Number(owner));
  try {
    return Date.now() - statSync(LOCK).mtimeMs > NAMELESS_MS_MAX;
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return error.code === 'EPERM';
  }
}
