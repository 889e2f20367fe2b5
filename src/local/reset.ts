import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { removeRemains } from './initialise-mysql.ts';
import type { LocalOptions } from './options.ts';
import type { StopResult } from './stop.ts';
import { withStoppedServers } from './stop.ts';

/**
 * Stops both servers and deletes all that they hold: every product, movement and pool. Whoever
 * calls has asked the user. Folders are renamed first, so that a reset that is killed half way
 * leaves either the data or none.
 * @throws InvError BUSY, STORE_UNAVAILABLE when a process cannot be ended
 */
export async function resetLocalServers(options: LocalOptions): Promise<StopResult> {
  return withStoppedServers(options, (paths) => {
    const folders = [paths.mysql.data, paths.redis.data].filter((folder) => existsSync(folder));
    for (const folder of folders) {
      renameSync(folder, `${folder}.deleted-${randomUUID().slice(0, 8)}`);
    }
    removeRemains(paths.mysql.data);
    removeRemains(paths.redis.data);
    rmSync(paths.logs, { recursive: true, force: true });
    rmSync(paths.temporary, { recursive: true, force: true });
  });
}
