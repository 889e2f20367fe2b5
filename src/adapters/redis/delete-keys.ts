import { closeConnection, openConnection } from './connection.ts';
import { translateRedis } from './errors.ts';
import type { RedisLimits, RedisTarget } from './target.ts';

const PAGE_KEYS = 1_000;

/**
 * Deletes every key whose name begins with the prefix and a colon, page by page, while others work.
 * @returns how many
 * @throws InvError STORE_UNAVAILABLE, NOT_PERMITTED
 */
export async function deleteKeys(
  { target, limits }: { readonly target: RedisTarget; readonly limits: RedisLimits },
  prefix: string,
): Promise<number> {
  const client = await openConnection(target, limits);
  try {
    let cursor = '0';
    let deleted = 0;
    do {
      const [next, keys] = await client.scan(cursor, 'MATCH', `${prefix}:*`, 'COUNT', PAGE_KEYS);
      if (keys.length > 0) deleted += await client.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
    return deleted;
  } catch (error) {
    throw translateRedis(error, target.label);
  } finally {
    await closeConnection(client);
  }
}
