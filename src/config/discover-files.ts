import { statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';

const PROJECT_FILE_NAMES = [
  'inventory.config.yaml',
  'inventory.config.yml',
  'inventory.config.json',
] as const;

export interface ProjectFileSearch {
  readonly cwd: string;
  readonly homeDirectory: string;
}

export interface ProjectFile {
  readonly path: string;
  /** Files beside it that would have been read if it were not there. */
  readonly ignored: readonly string[];
}

/**
 * The nearest project file, from the working folder upward to the home folder or the root.
 * Only `stat` is called: this runs in every command, and most of the time nothing is there.
 */
export function findProjectFile(search: ProjectFileSearch): ProjectFile | undefined {
  const last = resolve(search.homeDirectory);
  let folder = resolve(search.cwd);
  for (;;) {
    const [found, ...ignored] = PROJECT_FILE_NAMES.map((name) => join(folder, name)).filter(isFile);
    if (found !== undefined) return { path: found, ignored };
    const parent = dirname(folder);
    if (folder === last || parent === folder) return undefined;
    folder = parent;
  }
}

/** Where the user's own file is looked for, whether it exists or not. */
export function userFilePath(environment: FolderEnvironment): string {
  return join(xdgFolder(environment, 'XDG_CONFIG_HOME', '.config'), 'inv', 'config.yaml');
}

/** The folder for private servers when the setting `home` is not given. */
export function defaultHome(environment: FolderEnvironment): string {
  return join(xdgFolder(environment, 'XDG_DATA_HOME', '.local/share'), 'inv');
}

/**
 * True for a file that another user may have left in a shared folder such as /tmp. Reading it would send
 * our passwords to the servers that it names.
 */
export function isPlanted(path: string, uid: number): boolean {
  const { uid: owner } = statSync(path);
  const isFolderShared = (statSync(dirname(path)).mode & 0o002) !== 0;
  return isFolderShared && owner !== uid && owner !== 0;
}

export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    // A folder on the way that may not be searched hides the file: for us it is not there.
    return false;
  }
}

interface FolderEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
}

/** The XDG specification asks to ignore relative paths in its variables. */
function xdgFolder(
  { env, homeDirectory }: FolderEnvironment,
  variable: string,
  fallback: string,
): string {
  const value = env[variable];
  return value !== undefined && isAbsolute(value) ? value : join(homeDirectory, fallback);
}
