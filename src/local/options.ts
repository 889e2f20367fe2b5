/**
 * What the private servers need to know of the machine and the user. Plain values, so that tests
 * can be any user on any machine; `src/cli/context.ts` fills them in.
 */
export interface LocalOptions {
  /** INV_HOME: everything lives below it, so that many instances can stand side by side. */
  directory: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Numeric user id of this process (0 is root). */
  uid: number;
  userName: string;
  /** Process id of this process: it is written into the lock. */
  pid: number;
  /** Sends a signal; throws when there is no such process (`process.kill`). */
  kill: (pid: number, signal: LocalSignal) => unknown;
  /** Total time for waiting on another starter, the first initialisation, and the start. */
  startTimeoutMs: number;
  mysql?: ServerOptions;
  redis?: ServerOptions;
  /** Told what takes time or looks wrong, a sentence at a time. */
  report?: (message: string) => void;
  signal?: AbortSignal;
}

export interface ServerOptions {
  /** Arguments for the server, after ours: the last one wins. */
  extraArguments?: readonly string[];
}

export type LocalSignal = 'SIGTERM' | 'SIGKILL';

export type ServerKind = 'mysql' | 'redis';

export type Flavor = 'mariadb' | 'mysql' | 'redis' | 'valkey';

/** A server that was up when it was written down; connecting tells whether it still is. */
export interface LocalServer {
  socket: string;
  pid: number;
  flavor: Flavor;
  version: string;
}

export interface LocalServers {
  directory: string;
  mysql: LocalServer;
  redis: LocalServer;
}

/** The database and the accounts that every start makes sure of. None has a password: the folder of the socket is the key. */
export const LOCAL_DATABASE = 'inventory';
/** The application's account, which gets its rights from `sql/grants.sql`. */
export const LOCAL_USER = 'inv';
/** May do everything: migrations and grants run as this account. */
export const LOCAL_ADMIN_USER = 'inv_admin';
