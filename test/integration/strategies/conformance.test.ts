import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PostingOutcome } from '../../../src/domain/posting.ts';
import type { PostingStrategy } from '../../../src/ports/posting-strategy.ts';
import { book, createBooks, postOne } from '../../support/books.ts';
import type { Books, DraftLine } from '../../support/books.ts';
import { openContestants, strategyNames } from '../../support/contestants.ts';
import type { Contestants } from '../../support/contestants.ts';
import { violations } from '../../support/ledger-proof.ts';

const EXACT_MAX = Number.MAX_SAFE_INTEGER;

let books: Books;
let contestants: Contestants;
let run = 0;
beforeAll(async () => {
  books = await createBooks();
  contestants = await openContestants(books);
  await books.addLocations([{ code: 'BAY-7' }, { code: 'CLOSED', status: 'archived' }]);
});
afterAll(async () => {
  await contestants.close();
  await books.close();
});

describe.each(strategyNames)('a posting by %s', (name) => {
  let strategy: PostingStrategy;
  /** SKUs and request ids of this test alone. */
  let A: string, B: string, GONE: string;
  let id: (word: string) => string;

  beforeEach(async () => {
    strategy = contestants.strategy(name);
    run += 1;
    const suffix = String(run);
    [A, B, GONE] = [`A-${suffix}`, `B-${suffix}`, `GONE-${suffix}`];
    id = (word) => `${word}-${suffix}`;
    await books.addProducts([{ sku: A }, { sku: B }, { sku: GONE, status: 'archived' }]);
  });

  const post = (word: string, ...lines: DraftLine[]): Promise<PostingOutcome> =>
    postOne(strategy, books.draft({ id: id(word), lines }));
  const receive = (sku: string, quantity: number, location = 'MAIN') =>
    book(
      strategy,
      books.draft({ id: id(`receive-${sku}-${location}`), lines: [{ sku, quantity, location }] }),
    );

  /** Refusals change nothing at all: every row of every table is as it was. */
  async function refuses(act: () => Promise<unknown>, outcome: unknown): Promise<void> {
    const before = await contestants.dump(name);
    expect(await act()).toEqual(outcome);
    expect(await contestants.dump(name)).toEqual(before);
  }

  it('is refused when the units are not there, one short or many', async () => {
    await receive(A, 5);
    const shortage = (wanted: number) => ({
      status: 'insufficient',
      shortages: [{ sku: A, location: 'MAIN', wanted, onHand: 5, reserved: 0 }],
    });
    await refuses(() => post('six', { sku: A, quantity: -6 }), shortage(6));
    await refuses(() => post('much', { sku: A, quantity: -1e12 }), shortage(1e12));
    expect((await post('five', { sku: A, quantity: -5 })).status).toBe('posted');
  });

  it('never takes reserved units', async () => {
    await receive(A, 5);
    await books.database.sql(
      'UPDATE stock SET reserved = 2 WHERE product_id = (SELECT id FROM products WHERE sku = ?)',
      [A],
    );
    await refuses(() => post('out', { sku: A, quantity: -4 }), {
      status: 'insufficient',
      shortages: [{ sku: A, location: 'MAIN', wanted: 4, onHand: 5, reserved: 2 }],
    });
    expect(await post('three', { sku: A, quantity: -3 })).toMatchObject({
      posting: { movements: [{ onHandBefore: 5, onHandAfter: 2, availableAfter: 0 }] },
    });
    // No pool has promised them, which is what the books are looked at for in the end.
    await books.database.sql('UPDATE stock SET reserved = 0 WHERE reserved = 2');
  });

  it('is refused where no stock row exists, and makes none', async () => {
    await refuses(() => post('out', { sku: A, quantity: -1 }), {
      status: 'insufficient',
      shortages: [{ sku: A, location: 'MAIN', wanted: 1, onHand: 0, reserved: 0 }],
    });
  });

  it.each([
    ['in', 1],
    ['out', -1],
  ])('is refused %s of what is archived, with and without a stock row', async (_way, quantity) => {
    const product = { status: 'archived', what: expect.stringMatching(`^product ${GONE}$`) };
    const place = { status: 'archived', what: expect.stringMatching(/^location CLOSED$/) };
    await refuses(() => post('bare', { sku: GONE, quantity }), product);
    await refuses(() => post('closed', { sku: A, quantity, location: 'CLOSED' }), place);
    await books.database.sql(
      `INSERT INTO stock (product_id, location_id, on_hand)
       SELECT p.id, l.id, 0 FROM products p, locations l
        WHERE (p.sku, l.code) IN ((?, 'MAIN'), (?, 'CLOSED'))`,
      [GONE, A],
    );
    await refuses(() => post('row', { sku: GONE, quantity }), product);
    await refuses(() => post('row', { sku: A, quantity, location: 'CLOSED' }), place);
    await refuses(() => post('two', { sku: B, quantity: 1 }, { sku: GONE, quantity }), product);
  });

  it('is refused when on hand would grow beyond what can be counted exactly', async () => {
    await receive(A, EXACT_MAX - 5);
    await refuses(() => post('six', { sku: A, quantity: 6 }), {
      status: 'beyond_limit',
      sku: A,
      location: 'MAIN',
      onHand: EXACT_MAX - 5,
    });
    await refuses(
      () => post('sum', { sku: B, quantity: 1 }, { sku: A, quantity: 3 }, { sku: A, quantity: 3 }),
      { status: 'beyond_limit', sku: A, location: 'MAIN', onHand: EXACT_MAX - 5 },
    );
    expect(await post('five', { sku: A, quantity: 5 })).toMatchObject({
      status: 'posted',
      posting: { movements: [{ onHandBefore: EXACT_MAX - 5, onHandAfter: EXACT_MAX }] },
    });
    expect(await post('all', { sku: A, quantity: -EXACT_MAX })).toMatchObject({
      posting: { movements: [{ quantity: -EXACT_MAX, onHandAfter: 0, availableAfter: 0 }] },
    });
  });

  it('is answered whole', async () => {
    const posting = (word: string, kind: string, movement: object) => ({
      status: 'posted',
      posting: {
        id: expect.any(Number),
        requestId: id(word),
        kind,
        // What a pool does not sell, MySQL decides.
        strategy: name === 'lua' && kind === 'in' ? 'conditional' : name,
        movements: [{ id: expect.any(Number), sku: A, location: 'MAIN', ...movement }],
      },
    });
    expect(await post('in', { sku: A, quantity: 10 })).toEqual(
      posting('in', 'in', { quantity: 10, onHandBefore: 0, onHandAfter: 10, availableAfter: 10 }),
    );
    expect(await post('out', { sku: A, quantity: -4 })).toEqual(
      posting('out', 'out', { quantity: -4, onHandBefore: 10, onHandAfter: 6, availableAfter: 6 }),
    );
    expect(await violations(books.database)).toEqual({});
  });

  it('is booked once, and its first answer given again after the stock is gone', async () => {
    await receive(A, 3);
    const first = await post('out', { sku: A, quantity: -2 });
    expect(first.status).toBe('posted');
    expect((await post('rest', { sku: A, quantity: -1 })).status).toBe('posted');
    await refuses(() => post('out', { sku: A, quantity: -2 }), { ...first, status: 'replayed' });
  });

  it.each(strategyNames)('is replayed to %s with the answer of the first', async (other) => {
    await receive(A, 3);
    const draft = books.draft({ id: id('out'), lines: [{ sku: A, quantity: -3 }] });
    const first = await postOne(strategy, draft);
    const second = contestants.strategy(other);
    await refuses(() => postOne(second, draft), { ...first, status: 'replayed' });
  });

  it('is refused when its id was used for something else', async () => {
    await receive(A, 3);
    await post('out', { sku: A, quantity: -2 });
    for (const line of [
      { sku: A, quantity: -1 },
      { sku: A, quantity: 2 },
      { sku: B, quantity: -2 },
      { sku: A, quantity: -2, location: 'BAY-7' },
      { sku: A, quantity: -100 },
    ]) {
      await refuses(() => post('out', line), { status: 'conflict' });
    }
    await refuses(() => post('out', { sku: A, quantity: -2 }, { sku: B, quantity: 1 }), {
      status: 'conflict',
    });
  });

  it('is whole or not at all', async () => {
    await receive(A, 5);
    await receive(B, 1);
    await refuses(() => post('basket', { sku: A, quantity: -5 }, { sku: B, quantity: -2 }), {
      status: 'insufficient',
      shortages: [{ sku: B, location: 'MAIN', wanted: 2, onHand: 1, reserved: 0 }],
    });
    expect(await post('fits', { sku: B, quantity: -1 }, { sku: A, quantity: -5 })).toMatchObject({
      status: 'posted',
      posting: {
        movements: [
          { sku: B, quantity: -1, onHandBefore: 1, onHandAfter: 0 },
          { sku: A, quantity: -5, onHandBefore: 5, onHandAfter: 0 },
        ],
      },
    });
  });

  it('checks two lines of one product against their sum', async () => {
    await receive(A, 5);
    await refuses(() => post('six', { sku: A, quantity: -3 }, { sku: A, quantity: -3 }), {
      status: 'insufficient',
      shortages: [{ sku: A, location: 'MAIN', wanted: 6, onHand: 5, reserved: 0 }],
    });
    expect(await post('five', { sku: A, quantity: -3 }, { sku: A, quantity: -2 })).toMatchObject({
      posting: {
        movements: [
          { quantity: -3, onHandBefore: 5, onHandAfter: 2 },
          { quantity: -2, onHandBefore: 2, onHandAfter: 0 },
        ],
      },
    });
  });

  it('moves between places, the new one without a stock row', async () => {
    await receive(A, 5);
    expect(
      await post('move', { sku: A, quantity: -5 }, { sku: A, quantity: 5, location: 'BAY-7' }),
    ).toMatchObject({
      status: 'posted',
      posting: {
        movements: [
          { location: 'MAIN', quantity: -5, onHandAfter: 0 },
          { location: 'BAY-7', quantity: 5, onHandBefore: 0, onHandAfter: 5 },
        ],
      },
    });
  });

  it('counts in and out of one product together', async () => {
    await receive(A, 1);
    expect((await post('net', { sku: A, quantity: 4 }, { sku: A, quantity: -5 })).status).toBe(
      'posted',
    );
    expect(await books.onHand(A)).toBe(0);
    await refuses(() => post('over', { sku: A, quantity: 4 }, { sku: A, quantity: -5 }), {
      status: 'insufficient',
      shortages: [{ sku: A, location: 'MAIN', wanted: 1, onHand: 0, reserved: 0 }],
    });
    expect(await violations(books.database)).toEqual({});
  });

  describe('in a batch', () => {
    const batch = (atomic: boolean, dryRun = false) => {
      const draft = (word: string, ...lines: DraftLine[]) => books.draft({ id: id(word), lines });
      return strategy.post(
        [
          draft('first', { sku: A, quantity: -3 }),
          draft('too-much', { sku: A, quantity: -3 }),
          draft('fits', { sku: A, quantity: -2 }),
          draft('new', { sku: B, quantity: 7 }),
          draft('gone', { sku: GONE, quantity: 1 }),
          draft('old', { sku: A, quantity: -1 }),
        ],
        { atomic, dryRun },
      );
    };
    const statuses = async (atomic: boolean, dryRun = false) =>
      (await batch(atomic, dryRun)).map(({ status }) => status);

    beforeEach(async () => {
      await receive(A, 6);
      await post('old', { sku: A, quantity: -1 });
    });

    it('of all or nothing, one refusal withholds the others', async () => {
      await refuses(
        () => statuses(true),
        ['withheld', 'insufficient', 'withheld', 'withheld', 'archived', 'replayed'],
      );
    });

    it('of one by one, each sees what those before it took', async () => {
      const expected = ['posted', 'insufficient', 'posted', 'posted', 'archived', 'replayed'];
      await refuses(() => statuses(false, true), expected);
      expect(await statuses(false)).toEqual(expected);
      expect([await books.onHand(A), await books.onHand(B)]).toEqual([0, 7]);
      // A refusal by a pool is final for its id: Redis gives it again, with its reason.
      const again = name === 'lua' ? 'pool_refused' : 'insufficient';
      await refuses(
        () => statuses(false),
        ['replayed', again, 'replayed', 'replayed', 'archived', 'replayed'],
      );
      expect(await violations(books.database)).toEqual({});
    });

    it('may be booked before in part, and is then finished', async () => {
      const drafts = ['one', 'two', 'three'].map((word) =>
        books.draft({ id: id(word), lines: [{ sku: B, quantity: 1 }] }),
      );
      await strategy.post(drafts.slice(1, 2), { atomic: true, dryRun: false });
      const outcomes = await strategy.post(drafts, { atomic: true, dryRun: false });
      expect(outcomes.map(({ status }) => status)).toEqual(['posted', 'replayed', 'posted']);
      expect(await books.onHand(B)).toBe(3);
    });
  });

  it('on trial says what would happen and leaves nothing, not even a stock row', async () => {
    const trial = (word: string, ...lines: DraftLine[]) =>
      postOne(strategy, books.draft({ id: id(word), lines }), { dryRun: true });
    await refuses(() => trial('in', { sku: A, quantity: 4 }), {
      status: 'posted',
      posting: expect.objectContaining({
        movements: [expect.objectContaining({ onHandBefore: 0, onHandAfter: 4 })],
      }),
    });
    await receive(A, 4);
    await refuses(
      () => trial('out', { sku: A, quantity: -4 }),
      expect.objectContaining({ status: 'posted' }),
    );
    await refuses(
      () => trial('five', { sku: A, quantity: -5 }),
      expect.objectContaining({ status: 'insufficient' }),
    );
    expect((await post('out', { sku: A, quantity: -4 })).status).toBe('posted');
  });

  describe('that reverses another', () => {
    const undo = (word: string, reversesId: number, quantity: number) =>
      postOne(
        strategy,
        books.draft({ id: id(word), kind: 'reversal', reversesId, lines: [{ sku: A, quantity }] }),
      );

    it('does so once, under one id or two', async () => {
      const { id: postingId } = await receive(A, 4);
      const first = await undo('undo', postingId, -4);
      expect(first.status).toBe('posted');
      await refuses(() => undo('undo', postingId, -4), { ...first, status: 'replayed' });
      await refuses(() => undo('again', postingId, -4), {
        status: 'already_reversed',
        byRequestId: id('undo'),
      });
      expect(await books.onHand(A)).toBe(0);
      expect(await violations(books.database)).toEqual({});
    });

    it('is refused when the goods have left since', async () => {
      const { id: postingId } = await receive(A, 4);
      await post('out', { sku: A, quantity: -1 });
      await refuses(
        () => undo('undo', postingId, -4),
        expect.objectContaining({ status: 'insufficient' }),
      );
    });

    it('happens once when many ask for it at the same time', async () => {
      const { id: postingId } = await receive(A, 4);
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, at) => undo(`undo-${String(at)}`, postingId, -4)),
      );
      const statuses = outcomes.map(({ status }) => status).sort();
      expect(statuses).toEqual([...Array.from({ length: 11 }, () => 'already_reversed'), 'posted']);
      expect(await books.onHand(A)).toBe(0);
    });
  });
});
