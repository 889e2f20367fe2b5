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

const DIALECTS: Readonly<Record<'mysql' | 'redis', Dialect>> = {
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
export function parseStoreAddress(store: 'mysql' | 'redis', address: string): StoreAddressResult {
  const dialect = DIALECTS[store];
  if (!URL.canParse(address)) return refuse(`is not an address such as ${dialect.example}`);
  const url = new URL(address);
  const scheme = dialect.schemes[url.protocol];
  if (scheme === undefined) {
    return refuse(`must begin with ${listOf(Object.keys(dialect.schemes), '//')}`);
  }
  if (url.hash !== '') return refuse('has a # in it; write it as %23');
  const unknown = [...url.searchParams.keys()].find((name) => !dialect.parameters.includes(name));
  if (unknown !== undefined) {
    return refuse(`has a parameter it may not have; there are only ${listOf(dialect.parameters)}`);
  }

  const user = decode(url.username);
  const password = decode(url.password);
  const path = decode(url.pathname);
  if (user === undefined || password === undefined || path === undefined) {
    return refuse('has a % that does not begin an escape such as %40');
  }
  const socketPath = scheme === 'socket' ? path : url.searchParams.get('socket');
  if (socketPath !== null && !socketPath.startsWith('/')) {
    return refuse('must name its socket by an absolute path');
  }
  if (socketPath === null && url.hostname === '') return refuse('names no host');
  const tls = url.searchParams.get('tls');
  if (tls !== null && tls !== 'true' && tls !== 'false')
    return refuse('has tls other than true or false');

  const named = scheme === 'socket' ? url.searchParams.get('db') : path.slice(1);
  const database = store === 'mysql' ? mysqlDatabase(named) : redisDatabase(named, url);
  if (!database.ok) return refuse(database.reason);
  if (store === 'mysql' && user === '') return refuse('names no user: mysql://USER@host/database');

  return {
    ok: true,
    address: {
      host: url.hostname.replace(/^\[|\]$/g, '') || 'localhost',
      port: url.port === '' ? dialect.port : Number(url.port),
      socketPath,
      user: user === '' ? null : user,
      password: password === '' ? null : password,
      database: database.name,
      isTlsAsked: scheme === 'tls' || tls === 'true',
    },
  };
}

/** True when nobody else can listen in: a socket, or an address of this machine itself. */
export function isLocal(address: StoreAddress): boolean {
  if (address.socketPath !== null) return true;
  return (
    address.host.toLowerCase() === 'localhost' ||
    address.host === '::1' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(address.host)
  );
}

type DatabaseResult =
  { readonly ok: true; readonly name: string } | { readonly ok: false; readonly reason: string };

function mysqlDatabase(name: string | null): DatabaseResult {
  if (name === null || name === '') {
    return { ok: false, reason: 'names no database: mysql://user@host/DATABASE' };
  }
  if (!/^[A-Za-z0-9_$-]{1,64}$/.test(name)) {
    return {
      ok: false,
      reason: 'names a database with other characters than letters, digits, _ $ -',
    };
  }
  return { ok: true, name };
}

function redisDatabase(named: string | null, url: URL): DatabaseResult {
  const inQuery = url.searchParams.get('db');
  const name = inQuery ?? (named === null || named === '' ? '0' : named);
  if (!/^(0|[1-9]\d{0,3})$/.test(name)) {
    return { ok: false, reason: 'names a database that is no number: redis://host:6379/0' };
  }
  return { ok: true, name };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

function refuse(reason: string): StoreAddressResult {
  return { ok: false, reason };
}

function listOf(names: readonly string[], suffix = ''): string {
  return names.map((name) => name + suffix).join(', ');
}
