import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { LocalOptions, ServerKind } from './options.ts';

/** Where everything lies. Logs and data stay when the servers stop; `run` is emptied. */
export interface LocalPaths {
  home: string;
  run: string;
  logs: string;
  /** For the servers' temporary files: TMPDIR of a login may vanish while they run on. */
  temporary: string;
  lock: string;
  state: string;
  /** Where the sockets are: `run`, or a short folder when `run` is too deep for a socket. */
  sockets: string;
  mysql: ServerPaths;
  redis: ServerPaths;
}

export interface ServerPaths {
  data: string;
  socket: string;
  /** Written before the server runs, by whoever starts it. */
  pid: string;
  log: string;
}

export function localPaths(options: Pick<LocalOptions, 'directory' | 'uid'>): LocalPaths {
  const home = resolve(options.directory);
  const run = join(home, 'run');
  const logs = join(home, 'log');
  const sockets = socketFolder(home, run, options.uid);
  const server = (kind: ServerKind): ServerPaths => ({
    data: join(home, kind),
    socket: join(sockets, `${kind}.sock`),
    pid: join(run, `${kind}.pid`),
    log: join(logs, `${kind}.log`),
  });
  return {
    home,
    run,
    logs,
    temporary: join(home, 'tmp'),
    lock: join(run, 'lock'),
    state: join(run, 'servers.json'),
    sockets,
    mysql: server('mysql'),
    redis: server('redis'),
  };
}

/** Linux allows 107 bytes in the path of a Unix socket, the BSDs and macOS 103. */
const SOCKET_PATH_BYTES_MAX = 103;

function socketFolder(home: string, run: string, uid: number): string {
  if (Buffer.byteLength(join(run, 'mysql.sock')) <= SOCKET_PATH_BYTES_MAX) return run;
  const name = createHash('sha256').update(home).digest('hex').slice(0, 16);
  // Not TMPDIR and not XDG_RUNTIME_DIR: two sessions of one user may see different ones, and the
  // latter is deleted at logout while the servers live on.
  return `/tmp/inv-${uid}-${name}`;
}
