import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface FolderFacts {
  /** The folder itself, or the nearest one above that exists. */
  readonly folder: string;
  readonly freeBytes: number;
  readonly isWritable: boolean;
}

export async function folderFacts(directory: string): Promise<FolderFacts> {
  let folder = directory;
  while (!(await isAllowed(folder, constants.F_OK)) && dirname(folder) !== folder) {
    folder = dirname(folder);
  }
  const { bavail, bsize } = await statfs(folder);
  const isWritable = await isAllowed(folder, constants.W_OK | constants.X_OK);
  return { folder, freeBytes: bavail * bsize, isWritable };
}

async function isAllowed(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return true;
  } catch {
    return false;
  }
}
