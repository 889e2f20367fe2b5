import { Redis } from 'ioredis';
import { insertProducts } from './catalogue-rows.ts';
import { createInstallation } from './installation.ts';
import type { Installation } from './installation.ts';
import { testServers } from './servers.ts';

/** An installation with ten mugs, eight of them in a pool, of which two are sold and not booked. */
export interface MugPool {
  readonly inv: Installation;
  readonly redis: Redis;
  close(): Promise<void>;
}

export async function openMugPool(): Promise<MugPool> {
  const inv = await createInstallation();
  const redis = new Redis(testServers().redisSocket);
  await insertProducts(inv.database, [{ sku: 'MUG' }]);
  await inv.json(['stock', 'in', 'MUG', '10']);
  await inv.json(['pool', 'open', 'MUG', '8']);
  await inv.json(['order', 'place', 'MUG', '2']);
  return {
    inv,
    redis,
    close: async () => {
      redis.disconnect();
      await inv.close();
    },
  };
}
