import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { InvError } from '../lib/errors.ts';

/**
 * Makes sure of a folder that belongs to us and that nobody else can enter.
 * A folder or link that somebody else has put there first is refused, never used.
 * @throws InvError NOT_PERMITTED
 */
export function ensurePrivateFolder(path: string, user: { uid: number; userName: string }): void {
  makeFolder(path);
  const found = lstatSync(path);
  if (!found.isDirectory()) {
    throw refused(path, 'it is not a folder', 'remove it, or choose another folder with INV_HOME');
  }
  if (found.uid !== user.uid) {
    throw refused(
      path,
      `it belongs to user ${found.uid}, and this is ${user.userName} (user ${user.uid})`,
      'run inv as the user who owns it, or choose another folder with INV_HOME',
    );
  }
  if ((found.mode & 0o077) !== 0) chmodSync(path, 0o700);
}

function makeFolder(path: string): void {
  try {
    // Not `recursive: true`: where a parent cannot be made (below /proc), Node 20 tries for ever.
    for (const folder of missingFolders(path)) makeOne(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw refused(path, reason, 'choose a folder that you may write to with INV_HOME', error);
  }
}

/** Another starter may be faster: what it made is looked at like anything found. */
function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error;
  }
}

/** The folder and its ancestors that do not exist, the outermost first. */
function missingFolders(path: string): readonly string[] {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return [];
  return [...missingFolders(dirname(path)), path];
}

/** True for a system error with this code. */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function refused(path: string, reason: string, hint: string, cause?: unknown): InvError {
  return new InvError('NOT_PERMITTED', `${path} cannot hold the private servers: ${reason}`, {
    hint,
    facts: { path },
    cause,
  });
}
