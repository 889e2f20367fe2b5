import type { Redis } from 'ioredis';
import { masterTargets } from './cluster/slot-targets.ts';
import { closeConnection, openConnection } from './connection.ts';
import { translateRedis } from './errors.ts';
import { parseInfo } from './parse-info.ts';
import type { RedisLimits, RedisTarget } from './target.ts';

/**
 * One connection to Redis for looking at it. States: connected by `openRedis`, then answering, then
 * closed for good; it is never connected again, because a one-shot command has no use for that.
 */
export interface RedisStore {
  readonly label: string;
  ping(): Promise<void>;
  /** Fields of one section of INFO. */
  info(section: string): Promise<ReadonlyMap<string, string>>;
  /** undefined when the server has no such setting or no CONFIG at all. @throws InvError NOT_PERMITTED */
  configGet(name: string): Promise<string | undefined>;
  /** The name of the ACL user; undefined before Redis 6. */
  userName(): Promise<string | undefined>;
  /** Whether this user may run the command, which is not run; undefined before Redis 7. @throws InvError NOT_PERMITTED */
  mayRun(userName: string, command: readonly string[]): Promise<boolean | undefined>;
  /** The server's clock, in milliseconds since the epoch. */
  time(): Promise<number>;
  /**
   * Of a node of a cluster, the other masters that have slots, connected; else none. They are closed with it.
   * @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED, BAD_CONFIGURATION: one of them cannot be asked
   */
  others(): Promise<readonly RedisStore[]>;
  close(): Promise<void>;
}

/** @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED (login, TLS) */
export async function openRedis(options: {
  readonly target: RedisTarget;
  readonly limits: RedisLimits;
}): Promise<RedisStore> {
  const { target, limits } = options;
  const client = await openConnection(target, limits);
  const opened: RedisStore[] = [];

  async function ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (error) {
      throw translateRedis(error, target.label);
    }
  }

  const info: RedisStore['info'] = async (section) =>
    parseInfo(await ask(() => client.info(section)));
  return {
    label: target.label,
    ping: async () => {
      await ask(() => client.ping());
    },
    info,
    configGet: (name) => ask(() => orUnknown(() => configValue(client, name))),
    userName: () => ask(() => orUnknown(async () => String(await client.call('ACL', 'WHOAMI')))),
    mayRun: async (userName, command) => {
      const dryRun = ['DRYRUN', userName, ...command];
      const answer = await ask(() =>
        orUnknown(async () => String(await client.call('ACL', ...dryRun))),
      );
      return answer === undefined ? undefined : answer === 'OK';
    },
    time: async () => {
      const [seconds, microseconds] = await ask(() => client.time());
      return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
    },
    others: async () => {
      const masters = (await ask(() => masterTargets(client, target))) ?? [];
      const run = (await info('server')).get('run_id');
      const others: RedisStore[] = [];
      for (const master of masters) {
        const store = await openRedis({ target: master, limits });
        opened.push(store);
        // Under another address, it may be this one.
        if ((await store.info('server')).get('run_id') !== run) others.push(store);
      }
      return others;
    },
    close: async () => {
      for (const store of opened) await store.close();
      await closeConnection(client);
    },
  };
}

async function configValue(client: Redis, name: string): Promise<string | undefined> {
  const reply: unknown = await client.config('GET', name);
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : undefined;
}

/** Managed servers take commands away altogether. */
async function orUnknown(question: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof Error && /^ERR unknown (sub)?command/i.test(error.message)) {
      return undefined;
    }
    throw error;
  }
}
