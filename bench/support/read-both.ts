import { spawn } from 'node:child_process';
import { Redis } from 'ioredis';
import { findProgram, searchFolders } from '../../src/local/executables.ts';
import { LOCAL_ADMIN_USER, LOCAL_DATABASE } from '../../src/local/options.ts';

const KEYS_AT_ONCE = 5_000;
const IN_FLIGHT = 2;

/** Reads all balances of MySQL by its own program in C, and one key of Redis for each pool; compares nothing. */
export interface ReadBoth {
  /** What reads MySQL: the program for dumps, or the client where it is not installed. */
  readonly name: string;
  /** @returns milliseconds */
  run(): Promise<number>;
  close(): Promise<void>;
}

/** @param sockets of the private servers */
export async function createReadBoth(
  sockets: { readonly mysql: string; readonly redis: string },
  pools: number,
): Promise<ReadBoth> {
  const reader = findReader(sockets.mysql);
  const redis = new Redis({ path: sockets.redis });
  const keys = Array.from({ length: pools }, (_, at) => `bench:stock:${at + 1}`);
  for (let at = 0; at < pools; at += KEYS_AT_ONCE) {
    await redis.mset(keys.slice(at, at + KEYS_AT_ONCE).flatMap((key) => [key, '1000']));
  }
  return {
    name: `${reader.name} + MGET`,
    run: async () => {
      const startedAt = performance.now();
      await runToEnd(reader.command, reader.args);
      await readKeys(redis, keys);
      return performance.now() - startedAt;
    },
    close: async () => {
      await redis.quit();
    },
  };
}

function findReader(socket: string): {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
} {
  const folders = searchFolders(process.env);
  const login = [`--socket=${socket}`, `--user=${LOCAL_ADMIN_USER}`];
  const dump = findProgram(['mariadb-dump', 'mysqldump'], folders);
  if (dump !== undefined) {
    const args = [...login, '--quick', '--single-transaction', LOCAL_DATABASE, 'stock'];
    return { name: 'dump', command: dump, args };
  }
  const client = findProgram(['mariadb', 'mysql'], folders);
  if (client === undefined) throw new Error('neither mariadb-dump nor mariadb is installed');
  const args = [...login, '--quick', '--batch', '-e', 'SELECT * FROM stock', LOCAL_DATABASE];
  return { name: 'client', command: client, args };
}

function runToEnd(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ended with ${String(code)}`));
    });
  });
}

async function readKeys(redis: Redis, keys: readonly string[]): Promise<void> {
  let next = 0;
  const read = async (): Promise<void> => {
    while (next < keys.length) {
      const at = next;
      next += KEYS_AT_ONCE;
      await redis.mget(keys.slice(at, at + KEYS_AT_ONCE));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, read));
}
