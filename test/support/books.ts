import { fingerprint } from '../../src/domain/fingerprint.ts';
import type {
  Posting,
  PostingDraft,
  PostingKind,
  PostingOutcome,
} from '../../src/domain/posting.ts';
import type { PostingStrategy } from '../../src/ports/posting-strategy.ts';
import { insertLocations, insertProducts } from './catalogue-rows.ts';
import type { ProductRow } from './catalogue-rows.ts';
import { createTestDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';

export interface DraftLine {
  readonly sku: string;
  readonly quantity: number;
  readonly location?: string;
  readonly countedLevel?: number;
}

export interface DraftRequest {
  readonly id: string;
  readonly lines: readonly DraftLine[];
  readonly kind?: PostingKind;
  readonly reversesId?: number;
}

/** Books of a database of the test's own, below the command line: drafts in, whole tables out. */
export interface Books {
  readonly database: TestDatabase;
  /** Adds products and locations; nothing is on hand of them, and no stock row exists. */
  addProducts(products: readonly ProductRow[]): Promise<void>;
  addLocations(locations: Parameters<typeof insertLocations>[1]): Promise<void>;
  draft(request: DraftRequest): PostingDraft;
  onHand(sku: string, location?: string): Promise<number>;
  close(): Promise<void>;
}

export async function createBooks(): Promise<Books> {
  const database = await createTestDatabase();
  const productIds = new Map<string, number>();
  const locationIds = new Map<string, number>();
  const learn = async (): Promise<void> => {
    for (const row of await database.sql('SELECT id, CAST(sku AS CHAR) AS sku FROM products')) {
      productIds.set(String(row['sku']), Number(row['id']));
    }
    for (const row of await database.sql('SELECT id, CAST(code AS CHAR) AS code FROM locations')) {
      locationIds.set(String(row['code']), Number(row['id']));
    }
  };
  await learn();
  return {
    database,
    addProducts: async (products) => {
      await insertProducts(database, products);
      await learn();
    },
    addLocations: async (locations) => {
      await insertLocations(database, locations);
      await learn();
    },
    draft: (request) => draftOf(request, { productIds, locationIds }),
    onHand: async (sku, location = 'MAIN') => {
      const [row] = await database.sql(
        'SELECT on_hand FROM stock WHERE product_id = ? AND location_id = ?',
        [idOf(productIds, sku), idOf(locationIds, location)],
      );
      return Number(row?.['on_hand'] ?? 0);
    },
    close: () => database.drop(),
  };
}

/** Posts one draft and returns its outcome. */
export async function postOne(
  strategy: PostingStrategy,
  draft: PostingDraft,
  { dryRun = false } = {},
): Promise<PostingOutcome> {
  const outcomes = await strategy.post([draft], { atomic: true, dryRun });
  const [outcome] = outcomes;
  if (outcome === undefined || outcomes.length !== 1) throw new Error('one draft, one outcome');
  return outcome;
}

/** Posts one draft that must be booked. */
export async function book(strategy: PostingStrategy, draft: PostingDraft): Promise<Posting> {
  const outcome = await postOne(strategy, draft);
  if (outcome.status !== 'posted') throw new Error(`not posted: ${JSON.stringify(outcome)}`);
  return outcome.posting;
}

interface Ids {
  readonly productIds: ReadonlyMap<string, number>;
  readonly locationIds: ReadonlyMap<string, number>;
}

function kindOf(lines: DraftRequest['lines']): PostingKind {
  if (lines.some(({ countedLevel }) => countedLevel !== undefined)) return 'adjust';
  return lines.every(({ quantity }) => quantity > 0) ? 'in' : 'out';
}

function draftOf({ id, lines, kind, reversesId }: DraftRequest, ids: Ids): PostingDraft {
  const drafted = lines.map(({ sku, quantity, location = 'MAIN', countedLevel }) => ({
    productId: idOf(ids.productIds, sku),
    sku,
    locationId: idOf(ids.locationIds, location),
    location,
    quantity,
    ...(countedLevel === undefined ? {} : { countedLevel }),
    unitCost: null,
  }));
  const content = {
    kind: kind ?? kindOf(lines),
    reason: null,
    reference: null,
    occurredAt: null,
    lines: drafted,
  } as const;
  return {
    ...content,
    requestId: id,
    fingerprint: fingerprint({ ...content, supplier: String(reversesId ?? '') }),
    origin: { actor: 'tester', host: 'here', source: 'test' },
    supplierId: null,
    reversesId: reversesId ?? null,
  };
}

function idOf(ids: ReadonlyMap<string, number>, code: string): number {
  const id = ids.get(code);
  if (id === undefined) throw new Error(`the test made no ${code}`);
  return id;
}
