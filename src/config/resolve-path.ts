import { resolve } from 'node:path';

export interface PathBase {
  /** Folder that a relative path starts from: that of the file, or the working folder. */
  readonly folder: string;
  readonly homeDirectory: string;
}

/** Absolute form of a path in a setting; `~/` is the home folder, since no shell expands it in a file. */
export function resolvePath(path: string, base: PathBase): string {
  const expanded = /^~(?=\/|$)/.test(path) ? base.homeDirectory + path.slice(1) : path;
  return resolve(base.folder, expanded);
}
