import { afterEach, beforeEach, expect, it } from 'vitest';
import { closePool } from '../../../src/services/pools/close-pool.ts';
import { openPool } from '../../../src/services/pools/open-pool.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { testWrite } from '../../support/catalogue.ts';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { noTerms } from '../../support/pool-ledger.ts';
import { reconcile, reconcileOn, told } from '../../support/reconcile.ts';

let house: PoolHouse;
beforeEach(async () => {
  house = await createPoolHouse({ lossLimit: 5 });
});
afterEach(() => house.close());

it('has nothing to say of a pool through its whole life', async () => {
  const deps = reconcileOn(house.ledger.books.database, { pools: house.deps });
  const clean = async (): Promise<void> => {
    const result = await reconcile(deps, { isFull: true });
    expect(told(result)).toEqual([]);
    expect(result.status).toBe('clean');
  };
  const { pool } = await house.open(40);
  await house.sell('a', 4);
  await house.once();
  await clean();
  // Redis is emptied: a new epoch, with units in quarantine.
  await house.lose('*');
  await recoverShard(house.deps, 0);
  await clean();
  await house.sell('b', 3);
  await house.hold('h', 2, Date.now() + 60_000);
  await clean();
  await house.once();
  const place = { product: pool.sku, location: 'MAIN' };
  await closePool(house.deps, place, testWrite(), { waitMs: 10_000 });
  await clean();
  const again = { ...place, quantity: 10, buckets: 2, terms: noTerms };
  await openPool(house.deps, again, testWrite());
  await clean();
  await house.sell('c', 2);
  await clean();
  await house.once();
  await clean();
});
