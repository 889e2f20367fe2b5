import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds package.json, lua and sql: above the bundle as above the sources. */
export function packageRoot(from: string): string {
  let directory = dirname(from);
  while (!existsSync(join(directory, 'sql', 'migrations'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`no sql/migrations above ${from}`);
    directory = parent;
  }
  return directory;
}
