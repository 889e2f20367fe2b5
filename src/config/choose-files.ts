import { resolve } from 'node:path';
import { findProjectFile, isFile, isPlanted } from './discover-files.ts';
import type { ProjectFileSearch } from './discover-files.ts';
import type { Environment } from './environment-settings.ts';
import { badConfiguration } from './problem.ts';
import { resolvePath } from './resolve-path.ts';

export interface FileChoice extends ProjectFileSearch {
  readonly env: Environment;
  readonly configFile?: string | undefined;
  readonly uid?: number | undefined;
}

export interface ChosenFile {
  readonly path: string;
  readonly source: 'file' | 'user-file';
}

/**
 * The files to read, the strongest first.
 * @throws InvError BAD_CONFIGURATION when the named file is missing or the found one cannot be trusted.
 */
export function chosenFiles(
  options: FileChoice,
  userFile: string,
  warnings: string[],
): readonly ChosenFile[] {
  const files: ChosenFile[] = [];
  const named = options.configFile ?? options.env['INV_CONFIG'] ?? '';
  if (named !== '') {
    const path = resolvePath(named, { ...options, folder: options.cwd });
    if (!isFile(path)) {
      const location = options.configFile === undefined ? 'INV_CONFIG' : '--config';
      throw badConfiguration([{ location, message: `there is no file ${path}` }]);
    }
    files.push({ path, source: 'file' });
  } else {
    const found = findProjectFile(options);
    if (found !== undefined) {
      if (options.uid !== undefined && isPlanted(found.path, options.uid)) {
        throw badConfiguration(
          [
            {
              location: found.path,
              message: 'belongs to another user and lies in a shared folder',
            },
          ],
          `If you trust it, name it: --config ${found.path}`,
        );
      }
      files.push({ path: found.path, source: 'file' });
    }
    for (const ignored of found?.ignored ?? []) {
      warnings.push(`${ignored} is ignored, because ${found?.path ?? ''} is read`);
    }
  }
  // The home folder may be the project folder, or --config may name the user's own file.
  const isRead = files.some((file) => file.path === resolve(userFile));
  if (!isRead && isFile(userFile)) files.push({ path: userFile, source: 'user-file' });
  return files;
}
