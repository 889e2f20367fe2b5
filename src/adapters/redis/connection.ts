import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { InvError } from '../../lib/errors.ts';
import { translateRedis } from './errors.ts';
import { redisOptions } from './options.ts';
import type { RedisLimits, RedisTarget } from './target.ts';

/**
 * A connection that has answered once. It is never connected again: the driver would send anew what
 * was under way.
 * @param isWatched the caller sees to it that replies come in time
 * @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED (login, TLS), BAD_CONFIGURATION (no such database)
 */
export async function openConnection(
  target: RedisTarget,
  limits: RedisLimits,
  { isWatched = false } = {},
): Promise<Redis> {
  const { Redis: Client } = await import('ioredis');
  const { commandTimeout, ...options } = redisOptions(target, limits);
  const timeout = isWatched || commandTimeout === undefined ? {} : { commandTimeout };
  const client = new Client({ ...options, ...timeout });
  await connect(client, target, limits);
  return client;
}

/** The driver's own limit ends with the TCP connection; TLS and login have to be in time as well. */
async function connect(client: Redis, target: RedisTarget, limits: RedisLimits): Promise<void> {
  let reason: unknown;
  client.on('error', (error) => (reason ??= error));
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const message = `Redis at ${target.label} does not answer in time`;
    const error = new InvError('STORE_UNAVAILABLE', message, {
      hint: 'inv doctor',
      facts: { store: 'redis' },
    });
    timer = setTimeout(reject, limits.connectTimeoutMs + limits.commandTimeoutMs, error);
  });
  try {
    // A login that is refused does not fail the connection; the first command tells.
    await Promise.race([greet(client, target), tooLate]);
  } catch (error) {
    hangUp(client);
    // "Connection is closed" says less than what closed it.
    throw translateRedis(error instanceof InvError ? error : (reason ?? error), target.label);
  } finally {
    clearTimeout(timer);
  }
}

async function greet(client: Redis, { database, label }: RedisTarget): Promise<void> {
  await client.connect();
  try {
    if (database !== 0) await client.select(database);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('ERR ')) throw error;
    throw new InvError('BAD_CONFIGURATION', `Redis at ${label} has no database ${database}`, {
      hint: 'redis.url names it; a cluster has only database 0',
      facts: { store: 'redis' },
    });
  }
  await client.ping();
}

export async function closeConnection(client: Redis): Promise<void> {
  if (client.status === 'end') return;
  const ended = once(client, 'end');
  hangUp(client);
  await ended;
}

/** The driver says goodbye and waits; a server that does not answer would keep the process alive. */
export function hangUp(client: Redis): void {
  client.disconnect();
  // There is no stream before the first attempt to connect, whatever its type says.
  if ('stream' in client) client.stream.destroy();
}
