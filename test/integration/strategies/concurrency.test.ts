import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PostingDraft, PostingOutcome } from '../../../src/domain/posting.ts';
import { InvError } from '../../../src/lib/errors.ts';
import type { PostingStrategy } from '../../../src/ports/posting-strategy.ts';
import { book, createBooks } from '../../support/books.ts';
import type { Books } from '../../support/books.ts';
import { openContestants, strategyNames } from '../../support/contestants.ts';
import type { Contestants } from '../../support/contestants.ts';
import { violations } from '../../support/ledger-proof.ts';

/** TEST_EFFORT=5 or 25 takes the same 1,000 units in as many times the requests. */
const EFFORT = Number(process.env['TEST_EFFORT'] ?? 1);

let books: Books;
let contestants: Contestants;
let run = 0;
beforeAll(async () => {
  books = await createBooks();
  contestants = await openContestants(books);
});
afterEach(async () => {
  expect(await violations(books.database)).toEqual({});
});
afterAll(async () => {
  await contestants.close();
  await books.close();
});

describe.each(strategyNames)('writers at the same time by %s', (name) => {
  let strategy: PostingStrategy;
  let A: string, B: string;
  const out = (id: string, sku: string, quantity = 1): PostingDraft =>
    books.draft({ id: `${id}-${String(run)}`, lines: [{ sku, quantity: -quantity }] });

  beforeEach(async () => {
    strategy = contestants.strategy(name, { fill: 'whole' });
    run += 1;
    [A, B] = [`A-${String(run)}`, `B-${String(run)}`];
    await books.addProducts([{ sku: A }, { sku: B }]);
  });

  const receive = (sku: string, quantity: number) =>
    book(strategy, books.draft({ id: `receive-${sku}`, lines: [{ sku, quantity }] }));

  it('sell every unit of one row and not one more', async () => {
    await receive(A, 1_000);
    const tally = { posted: 0, insufficient: 0 };
    await Promise.all(
      Array.from({ length: 64 }, async (_, writer) => {
        for (let at = 0; at < EFFORT; at += 1) {
          const draft = out(`w${String(writer)}.${String(at)}`, A, 25 / EFFORT);
          const { status } = await whenNotBusy(strategy, draft);
          if (status !== 'posted' && status !== 'insufficient') throw new Error(status);
          tally[status] += 1;
        }
      }),
    );
    expect(tally).toEqual({ posted: 40 * EFFORT, insufficient: 24 * EFFORT });
    expect(await books.onHand(A)).toBe(0);
  });

  it('make one stock row when nobody has received the product before', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, at) =>
        whenNotBusy(
          strategy,
          books.draft({ id: `in${String(at)}-${String(run)}`, lines: [{ sku: A, quantity: 1 }] }),
        ),
      ),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      Array.from({ length: 16 }, () => 'posted'),
    );
    expect(await books.onHand(A)).toBe(16);
  });

  it('with one request id get one answer, even when it took the last unit', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = `round${String(round)}`;
      await book(
        strategy,
        books.draft({ id: `${id}-in-${String(run)}`, lines: [{ sku: A, quantity: 2 }] }),
      );
      // The other request wants the other unit: whoever comes first, nobody may hear "insufficient".
      const outcomes = await Promise.all([
        ...Array.from({ length: 30 }, () => whenNotBusy(strategy, out(id, A))),
        whenNotBusy(strategy, out(`${id}-other`, A)),
      ]);
      const other = outcomes.pop();
      expect(other?.status).toBe('posted');
      expect(outcomes.map(({ status }) => status).sort()).toEqual([
        'posted',
        ...Array.from({ length: 29 }, () => 'replayed'),
      ]);
      const answers = outcomes.map((outcome) => JSON.stringify({ ...outcome, status: '' }));
      expect(new Set(answers).size).toBe(1);
      expect(await books.onHand(A)).toBe(0);
    }
  });

  it('with one request id and not enough units are all refused alike', async () => {
    await receive(A, 1);
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, () => whenNotBusy(strategy, out('much', A, 2))),
    );
    // A pool tells the first; to the others its recorded NO is the answer.
    const refusals = name === 'lua' ? ['insufficient', 'pool_refused', 'void'] : ['insufficient'];
    for (const { status } of outcomes) expect(refusals).toContain(status);
  });

  it('with one request id for different things book one of them', async () => {
    await receive(A, 10);
    await receive(B, 10);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        whenNotBusy(strategy, at % 2 === 0 ? out('same', A) : out('same', B)),
      ),
    );
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses.filter((status) => status === 'posted')).toHaveLength(1);
    expect(statuses.filter((status) => status === 'conflict')).toHaveLength(10);
    expect((await books.onHand(A)) + (await books.onHand(B))).toBe(19);
  });

  it('with crossing baskets meet no deadlock that reaches them, and no unit is lost', async () => {
    await receive(A, 500);
    await receive(B, 500);
    const basket = (writer: string, skus: readonly string[]) => async () => {
      for (let round = 0; round < 200; round += 1) {
        const lines = skus.map((sku) => ({ sku, quantity: -1 }));
        await bookWhenNotBusy(
          strategy,
          books.draft({ id: `${writer}${String(round)}-${String(run)}`, lines }),
        );
      }
    };
    await Promise.all([basket('ab', [A, B])(), basket('ba', [B, A])()]);
    expect([await books.onHand(A), await books.onHand(B)]).toEqual([100, 100]);
  });

  it('with crossing batches of many requests meet no deadlock either', async () => {
    const skus = Array.from({ length: 12 }, (_, at) => `S${String(at)}-${String(run)}`);
    await books.addProducts(skus.map((sku) => ({ sku })));
    const batch = (writer: number) => {
      const order = writer % 2 === 0 ? skus : skus.toReversed();
      return order.map((sku) =>
        books.draft({ id: `b${String(writer)}-${sku}`, lines: [{ sku, quantity: 1 }] }),
      );
    };
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, writer) => postWhenNotBusy(strategy, batch(writer))),
    );
    expect(outcomes.flat().every(({ status }) => status === 'posted')).toBe(true);
    expect(await books.onHand(skus[5] ?? '')).toBe(12);
  });
});

it('different strategies on the same rows keep one set of books', async () => {
  run += 1;
  const sku = `MIX-${String(run)}`;
  await books.addProducts([{ sku }]);
  const strategies = strategyNames.map((name) => contestants.strategy(name, { fill: 'each' }));
  const [first] = strategies;
  if (first === undefined) throw new Error('there is a strategy');
  await book(first, books.draft({ id: `in-${sku}`, lines: [{ sku, quantity: 100 }] }));
  const outcomes = await Promise.all(
    Array.from({ length: 12 }, async (_, writer) => {
      const strategy = strategies[writer % strategies.length] ?? first;
      const seen: string[] = [];
      for (let at = 0; at < 10; at += 1) {
        const draft = books.draft({
          id: `${String(writer)}.${String(at)}-${sku}`,
          lines: [{ sku, quantity: -1 }],
        });
        seen.push((await whenNotBusy(strategy, draft)).status);
      }
      return seen;
    }),
  );
  const statuses = outcomes.flat();
  expect(statuses.filter((status) => status === 'posted')).toHaveLength(100);
  expect(statuses.filter((status) => status === 'insufficient')).toHaveLength(20);
  expect(await books.onHand(sku)).toBe(0);
});

/** BUSY says that nothing was booked and asks to run again: a script would, and so do these writers. */
async function postWhenNotBusy(
  strategy: PostingStrategy,
  drafts: readonly PostingDraft[],
): Promise<readonly PostingOutcome[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await strategy.post(drafts, { atomic: true, dryRun: false });
    } catch (error) {
      const isBusy = error instanceof InvError && error.code === 'BUSY';
      if (!isBusy || attempt === 20) throw error;
    }
  }
}

async function whenNotBusy(
  strategy: PostingStrategy,
  draft: PostingDraft,
): Promise<PostingOutcome> {
  const [outcome] = await postWhenNotBusy(strategy, [draft]);
  if (outcome === undefined) throw new Error('one draft has one outcome');
  return outcome;
}

async function bookWhenNotBusy(strategy: PostingStrategy, draft: PostingDraft): Promise<void> {
  expect((await whenNotBusy(strategy, draft)).status).toBe('posted');
}
