import { fingerprint } from '../../../src/domain/fingerprint.ts';
import type { PostingDraft } from '../../../src/domain/posting.ts';
import type { TestDatabase } from '../database.ts';

/** One unit of each product leaves MAIN in one posting, in the order given. */
export async function draftFor(
  database: TestDatabase,
  requestId: string,
  skus: readonly string[],
): Promise<PostingDraft> {
  const rows = await database.sql('SELECT id, CAST(sku AS CHAR) AS sku FROM products');
  const ids = new Map(rows.map((row) => [String(row['sku']), Number(row['id'])]));
  const lines = skus.map((sku) => ({
    productId: ids.get(sku) ?? -1,
    sku,
    locationId: 1,
    location: 'MAIN',
    quantity: -1,
    unitCost: null,
  }));
  const content = { kind: 'out', reason: null, reference: null, occurredAt: null, lines } as const;
  return {
    ...content,
    requestId,
    fingerprint: fingerprint({ ...content, supplier: '' }),
    origin: { actor: 'tester', host: 'here', source: 'test' },
    supplierId: null,
    reversesId: null,
  };
}
