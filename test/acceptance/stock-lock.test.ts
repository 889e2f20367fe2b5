import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createInstallation } from '../support/installation.ts';
import type { CommandResult, Installation } from '../support/installation.ts';
import { violations } from '../support/ledger-proof.ts';
import { testServers } from '../support/servers.ts';

let inv: Installation;
let redis: Redis;
beforeAll(async () => {
  inv = await createInstallation();
  redis = new Redis(testServers().redisSocket);
  await inv.json(['product', 'add', 'MUG', '--name', 'Mug']);
  await inv.json(['stock', 'in', 'MUG', '10', '--strategy', 'lock']);
});
afterAll(async () => {
  expect(await violations(inv.database)).toEqual({});
  redis.disconnect();
  await inv.close();
});

const out = (id: string, env: Readonly<Record<string, string>> = {}): Promise<CommandResult> => {
  const args = ['stock', 'out', 'MUG', '1', '--strategy', 'lock', '--request-id', id, '--json'];
  return inv.run(args, { env });
};

async function onHand(): Promise<unknown> {
  return ((await inv.json(['stock', 'show', 'MUG'])) as { on_hand: unknown }).on_hand;
}

function errorOf({ exitCode, stdout, stderr }: CommandResult): unknown {
  const { error } = JSON.parse(stderr) as { error: { code: string } };
  return [exitCode, stdout, error.code];
}

it('without Redis nothing is booked, and the same request is booked once when it is back', async () => {
  const away = await out('away', { INV_REDIS_URL: 'redis+unix:/nowhere/r.sock' });
  expect(errorOf(away)).toEqual([69, '', 'STORE_UNAVAILABLE']);
  expect(await onHand()).toBe(10);
  const answers = [await out('away'), await out('away')];
  expect(answers.map(({ stdout }) => JSON.parse(stdout) as object)).toMatchObject([
    { replayed: false, strategy: 'lock', movements: [{ on_hand_after: 9 }] },
    { replayed: true, strategy: 'lock', movements: [{ on_hand_after: 9 }] },
  ]);
  expect(await onHand()).toBe(9);
});

it('a lock that somebody keeps is waited for so long, and then it is exit 75', async () => {
  const [row] = await inv.database.sql('SELECT product_id, location_id FROM stock');
  const place = `${String(row?.['product_id'])}:${String(row?.['location_id'])}`;
  const key = `${inv.database.name}:{lock}:l:${place}`;
  await redis.set(key, 'somebody', 'PX', 60_000);
  const before = await onHand();
  const busy = await out('busy', { INV_STOCK_LOCK_WAIT_MS: '150' });
  expect(errorOf(busy)).toEqual([75, '', 'BUSY']);
  expect([await onHand(), await redis.get(key)]).toEqual([before, 'somebody']);
  await redis.del(key);
  expect((await out('busy')).exitCode).toBe(0);
  expect(await redis.exists(key)).toBe(0);
});
