import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { targetOfKey } from './cluster/slot-targets.ts';
import { closeConnection, openConnection } from './connection.ts';
import { translateRedis } from './errors.ts';
import type { RedisLimits, RedisTarget } from './target.ts';

/** Stock as one plain number in Redis: what the pools are compared with. Nobody sells by it. */
export interface BenchCounter {
  set(units: number): Promise<void>;
  /** Takes units whether they are there or not. */
  decrease(units: number): Promise<void>;
  /** By the script of the seed design: false when they are not there. */
  deduct(units: number): Promise<boolean>;
  get(): Promise<number>;
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED (also of EVAL, which the account of inv need not have) */
export async function openBenchCounter(options: {
  readonly target: RedisTarget;
  readonly limits: RedisLimits;
  readonly packageRoot: string;
  readonly key: string;
}): Promise<BenchCounter> {
  const { target, limits, packageRoot, key } = options;
  const text = await readFile(join(packageRoot, 'lua', 'seed-deduct.lua'), 'utf8');
  const client = await openAt({ target, limits }, key);
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (error) {
      throw translateRedis(error, target.label);
    }
  };
  let digest: string | undefined;
  return {
    set: async (units) => {
      digest ??= String(await ask(() => client.script('LOAD', text)));
      await ask(() => client.set(key, String(units)));
    },
    decrease: async (units) => {
      await ask(() => client.decrby(key, units));
    },
    deduct: async (units) => {
      const reply = await ask(() => client.evalsha(digest ?? '', 1, key, String(units), '0'));
      return reply === 1;
    },
    get: async () => Number(await ask(() => client.get(key))),
    remove: async () => {
      await ask(() => client.unlink(key));
    },
    close: () => closeConnection(client),
  };
}

/** Connected to the server that has the key, which a cluster tells. */
async function openAt(
  { target, limits }: { readonly target: RedisTarget; readonly limits: RedisLimits },
  key: string,
): Promise<Redis> {
  const client = await openConnection(target, limits);
  let owner: RedisTarget;
  try {
    owner = await targetOfKey(client, target, key);
  } catch (error) {
    await closeConnection(client);
    throw translateRedis(error, target.label);
  }
  if (owner === target) return client;
  await closeConnection(client);
  return openConnection(owner, limits);
}
