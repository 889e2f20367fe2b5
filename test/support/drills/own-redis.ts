import { cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { requireExecutable } from '../../../src/local/executables.ts';
import { redisArguments } from '../../../src/local/redis-arguments.ts';
import { temporaryFolder } from '../servers.ts';
import { createOwnServer } from './own-server.ts';
import type { OwnServer } from './own-server.ts';

/** A Redis of the test's own, run as the product runs its private one: every write on disk before it is answered. */
export interface OwnRedis extends OwnServer {
  /** One command over a connection of its own: for looking, and for damage. */
  ask(command: string, ...values: readonly (string | number)[]): Promise<unknown>;
  /** Copies the files it would start from, as a backup would: @returns their folder. */
  copyFiles(): string;
  /** Puts other files in place of its own; none = an empty Redis. Only while it is dead. */
  replaceFiles(copy?: string): void;
  close(): Promise<void>;
}

export interface OwnRedisOptions {
  /** They follow the product's own, and the last one wins. */
  readonly extraArguments?: readonly string[];
  /** Put before the program: it runs inside of something. */
  readonly wrapper?: readonly string[];
  /** Where its files are; a new folder when left out. */
  readonly dataFolder?: string;
}

export async function startOwnRedis(options: OwnRedisOptions = {}): Promise<OwnRedis> {
  const folder = temporaryFolder('redis');
  const data = options.dataFolder ?? join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const socketPath = join(folder, 'r.sock');
  const executable = await requireExecutable('redis', process.env);
  const server = createOwnServer({
    kind: 'redis',
    command: [
      ...(options.wrapper ?? []),
      executable.path,
      ...redisArguments({ data, socket: socketPath }),
    ],
    folder,
    socketPath,
    logFile: join(folder, 'redis.log'),
  });
  await server.start(options.extraArguments ?? []);
  let copies = 0;
  return {
    ...server,
    ask: (command, ...values) => askRedis(socketPath, command, ...values),
    copyFiles: () => {
      copies += 1;
      const copy = join(folder, `copy-${String(copies)}`);
      cpSync(data, copy, { recursive: true });
      return copy;
    },
    replaceFiles: (copy) => {
      if (server.pid() !== undefined) throw new Error('its files are in use');
      copies += 1;
      renameSync(data, join(folder, `old-${String(copies)}`));
      if (copy === undefined) mkdirSync(data);
      else cpSync(copy, data, { recursive: true });
    },
    close: async () => {
      await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One command over a connection of its own. */
export async function askRedis(
  socketPath: string,
  command: string,
  ...values: readonly (string | number)[]
): Promise<unknown> {
  const client = new Redis({ path: socketPath, lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.call(command, ...values);
  } finally {
    client.disconnect();
  }
}
