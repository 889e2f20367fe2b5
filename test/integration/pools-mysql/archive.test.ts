import { afterAll, beforeAll, expect, it } from 'vitest';
import { catalogueOf, testWrite } from '../../support/catalogue.ts';
import type { CatalogueDependencies } from '../../../src/services/catalogue/dependencies.ts';
import { setProductStatus } from '../../../src/services/catalogue/archive-product.ts';
import { setLocationStatus } from '../../../src/services/catalogue/locations.ts';
import { createStream, sellerOf } from '../../support/pool-events.ts';
import { createPoolLedger, done, openRequest, writeAs } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';
import { createStrategy } from '../../support/strategies.ts';

let ledger: PoolLedger;
let catalogue: CatalogueDependencies;
const stream = createStream();
beforeAll(async () => {
  ledger = await createPoolLedger();
  catalogue = catalogueOf(ledger.books.database);
});
afterAll(() => ledger.close());

const archiveProduct = (sku: string) =>
  setProductStatus(catalogue, sku, { status: 'archived', write: testWrite() });
const archiveLocation = (code: string) =>
  setLocationStatus(catalogue, code, {
    status: 'archived',
    defaultLocation: 'MAIN',
    write: testWrite(),
  });

it('is refused while a pool is not closed, also when it has sold everything', async () => {
  await ledger.books.addLocations([{ code: 'SHOP' }]);
  const [place] = await ledger.books.database.sql("SELECT id FROM locations WHERE code = 'SHOP'");
  const locationId = Number(place?.['id']);
  const { productId, sku } = await ledger.stocked(0);
  const strategy = createStrategy('conditional', ledger.books.database.database);
  const receipt = ledger.books.draft({
    id: 'shop-in',
    lines: [{ sku, quantity: 5, location: 'SHOP' }],
  });
  await strategy.post([receipt], { atomic: true, dryRun: false });
  const [bucket] = await ledger.open(productId, 5, { locationId });
  const refused = {
    code: 'REFUSED',
    message: expect.stringContaining(`pool ${bucket!.id} of ${sku} at SHOP is not closed`),
    hint: `inv pool close ${sku} --location SHOP`,
  };
  await expect(archiveProduct(sku)).rejects.toMatchObject(refused);
  await expect(archiveLocation('SHOP')).rejects.toMatchObject(refused);

  await ledger.settle(stream([sellerOf(bucket!).sell('shop-1', 5)]));
  expect(await ledger.stock(productId)).toEqual({ onHand: 0, reserved: 0 });
  await expect(archiveProduct(sku)).rejects.toMatchObject(refused);
  await expect(archiveLocation('SHOP')).rejects.toMatchObject(refused);

  const key = { productId, locationId, fingerprint: 'f'.repeat(64) };
  done(await ledger.pools.beginClose(key, writeAs('shop-close')));
  await expect(archiveProduct(sku)).rejects.toMatchObject(refused);
  expect(await ledger.pools.endClose(bucket!.id)).toBe(true);
  expect(await archiveProduct(sku)).toMatchObject({ changed: true });
  expect(await archiveLocation('SHOP')).toMatchObject({ changed: true });
});

it('and opening a pool at the same moment leave one of the two', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { productId, sku } = await ledger.stocked(0);
    await ledger.books.database.sql('INSERT INTO stock (product_id, location_id) VALUES (?, 1)', [
      productId,
    ]);
    const [archived, opened] = await Promise.all([
      archiveProduct(sku).then(
        () => true,
        () => false,
      ),
      ledger.pools.open(openRequest(productId, 0), writeAs(`race-${round}`)),
    ]);
    expect(opened.status).toBe(archived ? 'archived' : 'done');
  }
});
