import { isLoopback } from '../lib/loopback.ts';

type Store = 'mysql' | 'redis';

/** Where a store listens and who logs in. Secrets are inside: never print it. */
export interface StoreAddress {
  readonly host: string;
  readonly port: number;
  /** Absolute path of a Unix socket; host and port are then not used. */
  readonly socketPath: string | null;
  readonly user: string | null;
  readonly password: string | null;
  /** Name of the MySQL database, or number of the Redis database in digits. */
  readonly database: string;
  readonly isTlsAsked: boolean;
}

export type StoreAddressResult =
  | { readonly ok: true; readonly address: StoreAddress }
  | { readonly ok: false; readonly reason: string };

interface Dialect {
  readonly schemes: Readonly<Record<string, 'plain' | 'tls' | 'socket'>>;
  readonly port: number;
  readonly parameters: readonly string[];
  readonly example: string;
}

const DIALECTS: Readonly<Record<Store, Dialect>> = {
  mysql: {
    schemes: { 'mysql:': 'plain', 'mysqls:': 'tls', 'mariadb:': 'plain' },
    port: 3306,
    parameters: ['socket', 'tls'],
    example: 'mysql://user@host:3306/database',
  },
  redis: {
    schemes: { 'redis:': 'plain', 'rediss:': 'tls', 'redis+unix:': 'socket', 'unix:': 'socket' },
    port: 6379,
    parameters: ['socket', 'tls', 'db'],
    example: 'redis://host:6379/0',
  },
};

/** Reads an address; the reason for a refusal never quotes it, since it may hold a password. */
export function parseStoreAddress(store: Store, address: string): StoreAddressResult {
  const dialect = DIALECTS[store];
  if (!URL.canParse(address)) return refuse(`is not an address such as ${dialect.example}`);
  const url = new URL(address);
  const kind = dialect.schemes[url.protocol];
  if (kind === undefined) {
    return refuse(`must begin with ${listOf(Object.keys(dialect.schemes), '//')}`);
  }
  const parts = decodedParts(url);
  if (parts === undefined) return refuse('has a % that does not begin an escape such as %40');
  const { user, password, path } = parts;
  const tls = url.searchParams.get('tls');
  const socketPath = kind === 'socket' ? path : url.searchParams.get('socket');
  const database = databaseOf(store, url, kind === 'socket' ? '' : path.slice(1));
  const reason =
    reasonAgainstParts(url, dialect) ??
    reasonAgainstPlace(url, socketPath) ??
    reasonAgainstDatabase(store, database) ??
    (store === 'mysql' && user === '' ? 'names no user: mysql://USER@host/database' : undefined);
  if (reason !== undefined) return refuse(reason);

  return {
    ok: true,
    address: {
      host: (orNull(url.hostname) ?? 'localhost').replace(/^\[|\]$/g, ''),
      port: url.port === '' ? dialect.port : Number(url.port),
      socketPath,
      user: orNull(user),
      password: orNull(password),
      database,
      isTlsAsked: kind === 'tls' || tls === 'true',
    },
  };
}

/** True when nobody else can listen in: a socket, or an address of this machine itself. */
export function isLocal(address: Pick<StoreAddress, 'host' | 'socketPath'>): boolean {
  return address.socketPath !== null || isLoopback(address.host);
}

function databaseOf(store: Store, url: URL, named: string): string {
  if (store === 'mysql') return named;
  return url.searchParams.get('db') ?? orNull(named) ?? '0';
}

function orNull(text: string): string | null {
  return text === '' ? null : text;
}

interface DecodedParts {
  readonly user: string;
  readonly password: string;
  readonly path: string;
}

function decodedParts(url: URL): DecodedParts | undefined {
  try {
    return {
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      path: decodeURIComponent(url.pathname),
    };
  } catch {
    return undefined;
  }
}

function reasonAgainstParts(url: URL, dialect: Dialect): string | undefined {
  if (url.hash !== '') return 'has a # in it; write it as %23';
  const isKnown = (name: string): boolean => dialect.parameters.includes(name);
  if (![...url.searchParams.keys()].every(isKnown)) {
    return `has a parameter it may not have; there are only ${listOf(dialect.parameters)}`;
  }
  const tls = url.searchParams.get('tls') ?? 'false';
  return tls === 'true' || tls === 'false' ? undefined : 'has tls other than true or false';
}

function reasonAgainstPlace(url: URL, socketPath: string | null): string | undefined {
  if (socketPath !== null) {
    return socketPath.startsWith('/') ? undefined : 'must name its socket by an absolute path';
  }
  return url.hostname === '' ? 'names no host' : undefined;
}

function reasonAgainstDatabase(store: Store, name: string): string | undefined {
  if (store === 'redis') {
    const isNumber = /^(0|[1-9]\d{0,3})$/.test(name);
    return isNumber ? undefined : 'names a database that is no number: redis://host:6379/0';
  }
  if (name === '') return 'names no database: mysql://user@host/DATABASE';
  const isPlain = /^[A-Za-z0-9_$-]{1,64}$/.test(name);
  return isPlain ? undefined : 'names a database with other characters than letters, digits, _ $ -';
}

function refuse(reason: string): StoreAddressResult {
  return { ok: false, reason };
}

function listOf(names: readonly string[], suffix = ''): string {
  return names.map((name) => name + suffix).join(', ');
}
