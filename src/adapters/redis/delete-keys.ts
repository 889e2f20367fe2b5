import type { Redis } from 'ioredis';
import { masterTargets } from './cluster/slot-targets.ts';
import { closeConnection, openConnection } from './connection.ts';
import { translateRedis } from './errors.ts';
import type { RedisLimits, RedisTarget } from './target.ts';

const PAGE_KEYS = 1_000;

/**
 * Deletes every key whose name begins with the prefix and a colon, page by page, while others work; in a
 * cluster, on every node.
 * @returns how many
 * @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED
 */
export async function deleteKeys(
  { target, limits }: { readonly target: RedisTarget; readonly limits: RedisLimits },
  prefix: string,
): Promise<number> {
  const masters = await connected({ target, limits }, async (client) => {
    const found = await masterTargets(client, target);
    return found ?? deleteOn(client, { prefix, isCluster: false });
  });
  if (typeof masters === 'number') return masters;
  let deleted = 0;
  for (const master of masters) {
    deleted += await connected({ target: master, limits }, (client) =>
      deleteOn(client, { prefix, isCluster: true }),
    );
  }
  return deleted;
}

async function connected<T>(
  { target, limits }: { readonly target: RedisTarget; readonly limits: RedisLimits },
  work: (client: Redis) => Promise<T>,
): Promise<T> {
  const client = await openConnection(target, limits);
  try {
    return await work(client);
  } catch (error) {
    throw translateRedis(error, target.label);
  } finally {
    await closeConnection(client);
  }
}

async function deleteOn(
  client: Redis,
  { prefix, isCluster }: { readonly prefix: string; readonly isCluster: boolean },
): Promise<number> {
  let cursor = '0';
  let deleted = 0;
  do {
    const [next, keys] = await client.scan(cursor, 'MATCH', `${prefix}:*`, 'COUNT', PAGE_KEYS);
    if (isCluster) {
      // One call touches one slot.
      const each = await Promise.all(keys.map((key) => client.unlink(key)));
      deleted += each.reduce((sum, count) => sum + count, 0);
    } else if (keys.length > 0) {
      deleted += await client.unlink(...keys);
    }
    cursor = next;
  } while (cursor !== '0');
  return deleted;
}
