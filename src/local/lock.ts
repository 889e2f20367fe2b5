import { createHash, randomUUID } from 'node:crypto';
import { readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { isErrno } from './private-folder.ts';
import { findProcess } from './process-table.ts';

/**
 * An exclusive lock between processes, made of a symbolic link whose target names the owner
 * (`pid|start of that process|nonce`). Making a link is atomic and fails when one is there, and a
 * link has its content from the first moment: nobody ever sees a half written lock.
 *
 * A killed owner leaves its lock behind. Looking at a lock and then removing it would race with
 * others who do the same, so only the holder of a second lock, named after the dead owner, may
 * remove it, after looking once more. That second lock is of the same kind, so a thief that is
 * killed half way is robbed in its turn. Tries once, never waits.
 * @returns the function that releases the lock, or undefined when it is not to be had now
 */
export function tryLock(path: string, pid: number): (() => void) | undefined {
  const mine = `${pid}|${findProcess(pid)?.startedAt ?? ''}|${randomUUID()}`;
  if (makeLink(mine, path)) return () => removeLink(path, mine);
  const owner = readLockOwner(path);
  if (owner !== undefined && !isAlive(owner)) buryOwner(path, owner, pid);
  return undefined;
}

/** The owner's text of a lock, or undefined when nobody holds it. */
export function readLockOwner(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Process id in an owner's text. */
export function lockOwnerPid(owner: string): number {
  return Number(owner.split('|', 1)[0]);
}

function buryOwner(path: string, owner: string, pid: number): void {
  const name = createHash('sha256').update(owner).digest('hex').slice(0, 16);
  const release = tryLock(`${path}.${name}`, pid);
  if (release === undefined) return;
  try {
    removeLink(path, owner);
  } finally {
    release();
  }
}

function isAlive(owner: string): boolean {
  const found = findProcess(lockOwnerPid(owner));
  return found !== undefined && found.startedAt === owner.split('|', 2)[1];
}

function makeLink(target: string, path: string): boolean {
  try {
    symlinkSync(target, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

function removeLink(path: string, owner: string): void {
  if (readLockOwner(path) === owner) unlinkSync(path);
}
