import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../src/adapters/mysql/catalogue.ts';
import type { Database } from '../../../src/adapters/mysql/database.ts';
import { createPoolBooks } from '../../../src/adapters/mysql/pools/pool-books.ts';
import type { PostingDraft } from '../../../src/domain/posting.ts';
import type { PoolBooks } from '../../../src/ports/pool-books.ts';
import { postOne } from '../../support/books.ts';
import { violations } from '../../support/ledger-proof.ts';
import { createPoolLedger, writeAs } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';
import { createStrategy } from '../../support/strategies.ts';

let ledger: PoolLedger;
let sku: string;
beforeAll(async () => {
  ledger = await createPoolLedger();
  ({ sku } = await ledger.stocked(100));
});
afterAll(() => ledger.close());
afterEach(async () => {
  expect(await violations(ledger.books.database)).toEqual({});
});

const LATER = '2999-01-01T00:00:00.000000Z';
const PAST = '2020-01-01T00:00:00.000000Z';

const out = (id: string, quantity = 1): PostingDraft =>
  ledger.books.draft({ id, lines: [{ sku, quantity: -quantity }] });
const many = (name: string, count: number): readonly PostingDraft[] =>
  Array.from({ length: count }, (_, at) => out(`${name}-${at}`));
const sell = (draft: PostingDraft) =>
  postOne(createStrategy('conditional', ledger.books.database.database), draft);

/** A way to MySQL that says how many units of work have begun on it. */
function countedDatabase(): { readonly database: Database; readonly units: () => number } {
  const { database } = ledger.books.database;
  let units = 0;
  const counted: Database = {
    ...database,
    read: (work) => {
      units += 1;
      return database.read(work);
    },
    transaction: (work) => {
      units += 1;
      return database.transaction(work);
    },
  };
  return { database: counted, units: () => units };
}

function countedBooks(): { readonly pools: PoolBooks; readonly units: () => number } {
  const { database, units } = countedDatabase();
  return { pools: createPoolBooks({ database, lossLimit: null }), units };
}

interface Refusal {
  readonly draft: PostingDraft;
  readonly notAfter?: string;
  readonly generations?: ReadonlyMap<number, number>;
}

const refuseOn = (pools: PoolBooks, { draft, notAfter = LATER, generations }: Refusal) =>
  pools.recordVoid(
    {
      fingerprint: draft.fingerprint,
      quantity: 1,
      notAfter,
      generations: generations ?? new Map(),
    },
    writeAs(draft.requestId),
  );

describe('questions that come together', () => {
  it('are asked in one read, and each has its own answer', async () => {
    const { pools, units } = countedBooks();
    const [sold, refused] = [out('asked-sold', 2), out('asked-refused')];
    const posted = await sell(sold);
    await refuseOn(pools, { draft: refused });
    const before = units();
    const ids = [...many('unknown', 300).map(({ requestId }) => requestId), 'asked-sold'];
    const answers = await Promise.all(
      [...ids, 'asked-refused', 'asked-sold'].map((id) => pools.lookup(id)),
    );
    expect(units() - before).toBe(1);
    const { fingerprint } = sold;
    const posting = 'posting' in posted ? posted.posting : null;
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 300 }, () => 'none'),
      'booked',
      'void',
      'booked',
    ]);
    expect(answers.at(-1)).toEqual(expect.objectContaining({ fingerprint, posting }));
    expect(answers.at(-2)).toMatchObject({ status: 'void', fingerprint: refused.fingerprint });
  });

  it('about orders as well', async () => {
    const { pools, units } = countedBooks();
    const draft = { ...out('ordered', 3), kind: 'sale', order: { buyer: 'b-1' } } as const;
    await sell(draft);
    const before = units();
    const rows = await Promise.all(
      ['nobody', 'ordered', 'nobody', 'ordered'].map((id) => pools.order(id)),
    );
    expect(units() - before).toBe(1);
    const order = { requestId: 'ordered', state: 'settled', quantity: 3, buyer: 'b-1', sku };
    expect(rows).toMatchObject([undefined, order, undefined, order]);
  });

  it('about the buckets of pools, by what each asks for', async () => {
    const { pools, units } = countedBooks();
    const [one, other] = [await ledger.stocked(5), await ledger.stocked(5)];
    await ledger.open(one.productId, 2);
    await ledger.open(other.productId, 3);
    const asked = [one, other, one, other].map(({ productId }) =>
      pools.buckets({ productId, locationId: 1, includeClosed: false }),
    );
    const found = await Promise.all(asked);
    expect(units()).toBe(1);
    expect(found.map((buckets) => buckets.map(({ delegated }) => delegated))).toEqual([
      [2],
      [3],
      [2],
      [3],
    ]);
  });

  it('about products of the catalogue', async () => {
    const { database, units } = countedDatabase();
    const catalogue = createCatalogue(database);
    const asked = [[sku], ['NO-SUCH', sku], ['NO-SUCH']].map((texts) =>
      catalogue.findProducts(texts),
    );
    const found = await Promise.all(asked);
    expect(units()).toBe(1);
    expect(found.map((products) => [...products.keys()])).toEqual([[sku], [sku], []]);
  });

  it('wait for nobody when they are alone', async () => {
    const { pools, units } = countedBooks();
    for (const at of [1, 2, 3]) {
      await pools.lookup(`alone-${at}`);
      expect(units()).toBe(at);
    }
  });
});

describe('NOs that come together', () => {
  it('are recorded in one transaction', async () => {
    const { pools, units } = countedBooks();
    const drafts = many('no', 200);
    const answers = await Promise.all(drafts.map((draft) => refuseOn(pools, { draft })));
    expect(units()).toBe(1);
    expect(answers).toEqual(drafts.map(({ fingerprint }) => ({ status: 'void', fingerprint })));
    const [row] = await ledger.books.database.sql(
      "SELECT COUNT(*) AS n, MIN(actor) AS actor FROM postings WHERE kind = 'void' AND request_id LIKE 'no-%'",
    );
    expect(row).toEqual({ n: 200, actor: 'tester' });
  });

  it('each come to their own: known, moved, late, again with other content', async () => {
    const { pools } = countedBooks();
    const generation = (await ledger.pools.beginRecovery(0)) ?? 0;
    const now = new Map([[0, generation]]);
    const moved = new Map([[0, generation - 1]]);
    const [first, other] = [out('mixed-same'), out('mixed-same', 2)];
    const known = out('mixed-known');
    await sell(known);
    const refuse = (refusals: readonly Refusal[]) =>
      Promise.all(refusals.map((refusal) => refuseOn(pools, refusal)));
    const recorded = { status: 'void', fingerprint: first.fingerprint };
    expect(
      await refuse([
        { draft: first, generations: now },
        { draft: out('mixed-moved'), generations: moved },
        { draft: known, generations: moved },
        { draft: known, generations: now },
        { draft: other, generations: now },
      ]),
    ).toMatchObject([
      recorded,
      { status: 'moved' },
      { status: 'booked', fingerprint: known.fingerprint },
      { status: 'booked' },
      recorded,
    ]);
    const [late, inTime] = [out('mixed-late'), out('mixed-in-time')];
    expect(
      await refuse([
        { draft: late, notAfter: PAST, generations: now },
        { draft: inTime, generations: now },
      ]),
    ).toMatchObject([{ status: 'late' }, { status: 'void', fingerprint: inTime.fingerprint }]);
    const asked = ['mixed-moved', 'mixed-late', 'mixed-in-time', 'mixed-same'];
    const answers = await Promise.all(asked.map((id) => pools.lookup(id)));
    expect(answers.map(({ status }) => status)).toEqual(['none', 'none', 'void', 'void']);
  });

  it('are in time or late by themselves, many of each', async () => {
    const { pools, units } = countedBooks();
    const drafts = many('time', 100);
    const answers = await Promise.all(
      drafts.map((draft, at) => refuseOn(pools, { draft, notAfter: at % 2 === 0 ? PAST : LATER })),
    );
    expect(units()).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(
      drafts.map((_, at) => (at % 2 === 0 ? 'late' : 'void')),
    );
  });

  it('meet the same ones of another process and sales of the same ids: one of them stands', async () => {
    const processes = [countedBooks().pools, countedBooks().pools, countedBooks().pools];
    for (let round = 0; round < 5; round += 1) {
      const drafts = many(`race-${round}`, 20);
      const sales = drafts.slice(0, 10);
      const [sold, ...refused] = await Promise.all([
        Promise.all(sales.map(sell)),
        ...processes.map((pools) => Promise.all(drafts.map((draft) => refuseOn(pools, { draft })))),
      ]);
      const expected = drafts.map((_, at) => (sold[at]?.status === 'posted' ? 'booked' : 'void'));
      for (const answers of refused) {
        expect(answers.map(({ status }) => status)).toEqual(expected);
      }
    }
  });
});
