import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLedgerReader } from '../../../src/adapters/mysql/ledger-reader.ts';
import type { PostingDraft } from '../../../src/domain/posting.ts';
import { refusalError } from '../../../src/services/stock/refusal.ts';
import { undoPosting } from '../../../src/services/stock/undo-posting.ts';
import { postOne } from '../../support/books.ts';
import { checksumOfRows, violations } from '../../support/ledger-proof.ts';
import { createStream, sellerOf } from '../../support/pool-events.ts';
import { createPoolLedger, writeAs } from '../../support/pool-ledger.ts';
import type { PoolLedger } from '../../support/pool-ledger.ts';
import { createStrategy, mysqlStrategyNames } from '../../support/strategies.ts';

let ledger: PoolLedger;
let product: { readonly productId: number; readonly sku: string };
const stream = createStream();
beforeAll(async () => {
  ledger = await createPoolLedger();
  product = await ledger.stocked(100);
});
afterAll(() => ledger.close());
afterEach(async () => {
  expect(await violations(ledger.books.database)).toEqual({});
});

const out = (id: string, quantity = 1): PostingDraft =>
  ledger.books.draft({ id, lines: [{ sku: product.sku, quantity: -quantity }] });

const LATER = '2999-01-01T00:00:00.000000Z';
const refuse = (
  draft: PostingDraft,
  notAfter = LATER,
  generations: ReadonlyMap<number, number> = new Map(),
) =>
  ledger.pools.recordVoid(
    { fingerprint: draft.fingerprint, quantity: 1, notAfter, generations },
    writeAs(draft.requestId),
  );

async function changesNothing(act: () => Promise<unknown>): Promise<void> {
  const before = await checksumOfRows(ledger.books.database);
  await act();
  expect(await checksumOfRows(ledger.books.database)).toBe(before);
}

describe('recording a NO', () => {
  it('has no effect when its time is up', async () => {
    const { now } = await ledger.pools.lookup('late');
    await changesNothing(async () => {
      expect(await refuse(out('late'), now)).toEqual({ status: 'late' });
    });
    expect(await ledger.pools.lookup('late')).toMatchObject({ status: 'none' });
  });

  it('has no effect after a recovery of a shard that said NO', async () => {
    const generation = (await ledger.pools.beginRecovery(0)) ?? 0;
    const other = (await ledger.pools.beginRecovery(1)) ?? 0;
    for (const moved of [
      new Map([[0, generation - 1]]),
      new Map([
        [0, generation],
        [1, other - 1],
      ]),
      new Map([[77, 1]]),
    ]) {
      await changesNothing(async () => {
        expect(await refuse(out('moved'), LATER, moved)).toEqual({ status: 'moved' });
      });
    }
    const now = new Map([
      [1, other],
      [0, generation],
    ]);
    expect(await refuse(out('moved'), LATER, now)).toMatchObject({ status: 'void' });
    // What is recorded is recorded, whatever was recovered since.
    const since = new Map([[0, generation - 1]]);
    expect(await refuse(out('moved'), LATER, since)).toMatchObject({ status: 'void' });
  });

  it('gives what the id stands for already', async () => {
    const strategy = createStrategy('conditional', ledger.books.database.database);
    const draft = out('taken');
    const posted = await postOne(strategy, draft);
    await changesNothing(async () => {
      expect(await refuse(draft)).toEqual({
        status: 'booked',
        fingerprint: draft.fingerprint,
        posting: 'posting' in posted ? posted.posting : null,
      });
    });
  });

  it('once, however often and by however many', async () => {
    const drafts = Array.from({ length: 20 }, (_, at) => out('often', 1 + (at % 2)));
    const answers = await Promise.all(drafts.map((draft) => refuse(draft)));
    const [first] = answers;
    expect(first).toMatchObject({ status: 'void' });
    expect(answers).toEqual(answers.map(() => first));
    const rows = await ledger.books.database.sql(
      "SELECT kind, strategy, actor FROM postings WHERE request_id = 'often'",
    );
    expect(rows).toEqual([{ kind: 'void', strategy: 'lua', actor: 'tester' }]);
  });

  it('beside a posting of the same id leaves one of the two', async () => {
    const strategy = createStrategy('conditional', ledger.books.database.database);
    for (let round = 0; round < 10; round += 1) {
      const draft = out(`race-${round}`);
      const [no, yes] = await Promise.all([refuse(draft), postOne(strategy, draft)]);
      const won = no.status === 'void' ? 'void' : 'posted';
      expect(yes.status).toBe(won);
      expect(no.status).toBe(won === 'void' ? 'void' : 'booked');
    }
  });
});

describe.each(mysqlStrategyNames)('a NO that %s meets', (name) => {
  it('stands: the id is not booked, by itself or in a batch, and other content is a conflict', async () => {
    const strategy = createStrategy(name, ledger.books.database.database);
    const [draft, other] = [out(`no-${name}`), out(`no-${name}`, 2)];
    await refuse(draft);
    await changesNothing(async () => {
      expect(await postOne(strategy, draft)).toEqual({ status: 'void' });
      expect(await postOne(strategy, draft, { dryRun: true })).toEqual({ status: 'void' });
      expect(await postOne(strategy, other)).toEqual({ status: 'conflict' });
      const atomic = await strategy.post([draft, out(`beside-${name}`)], {
        atomic: true,
        dryRun: false,
      });
      expect(atomic).toEqual([{ status: 'void' }, { status: 'withheld' }]);
    });
    const some = await strategy.post([draft, out(`beside-${name}`)], {
      atomic: false,
      dryRun: false,
    });
    expect(some.map(({ status }) => status)).toEqual(['void', 'posted']);
    expect(refusalError({ status: 'void' }, draft.requestId)).toMatchObject({
      code: 'REFUSED',
      exitCode: 3,
      message: expect.stringContaining('refused before'),
    });
  });

  it('that became a sale of Redis replays that sale', async () => {
    const strategy = createStrategy(name, ledger.books.database.database);
    const draft = out(`sold-${name}`, 2);
    await refuse(draft);
    const { productId } = await ledger.stocked(10);
    const [bucket] = await ledger.open(productId, 10);
    const seller = sellerOf(bucket!);
    const { requestId, fingerprint } = draft;
    await ledger.settle(stream([seller.sell(requestId, 2, { fingerprint })]));
    expect(await postOne(strategy, draft)).toMatchObject({
      status: 'replayed',
      posting: { requestId, kind: 'sale', movements: [{ quantity: -2 }] },
    });
    expect(await postOne(strategy, out(requestId, 3))).toEqual({ status: 'conflict' });
  });
});

describe('undoing', () => {
  const undo = (word: string) =>
    undoPosting(
      {
        ledger: createLedgerReader(ledger.books.database.database),
        strategy: createStrategy('conditional', ledger.books.database.database),
        origin: { actor: 'tester', host: 'here', source: 'test' },
      },
      { target: { word }, requestId: `undo-${word}`, reason: null },
      { dryRun: false },
    );

  it('a NO is refused', async () => {
    await refuse(out('undo-no'));
    await changesNothing(() =>
      expect(undo('undo-no')).rejects.toMatchObject({
        code: 'REFUSED',
        message: expect.stringContaining('undo-no was refused'),
      }),
    );
  });

  it('a NO that became a sale undoes the sale, once, and history shows both under its id', async () => {
    const draft = out('undo-sold', 3);
    await refuse(draft);
    const { productId } = await ledger.stocked(10);
    const [bucket] = await ledger.open(productId, 10);
    const { requestId, fingerprint } = draft;
    await ledger.settle(stream([sellerOf(bucket!).sell(requestId, 3, { fingerprint })]));
    expect(await undo(requestId)).toMatchObject({
      replayed: false,
      posting: { kind: 'reversal', movements: [{ quantity: 3, availableAfter: 3 }] },
    });
    expect(await ledger.stock(productId)).toEqual({ onHand: 10, reserved: 7 });
    const entries = [];
    const reader = createLedgerReader(ledger.books.database.database);
    const filter = { ...NO_FILTER, requestId };
    for await (const entry of reader.entries(filter, { beforeId: null, limit: null })) {
      entries.push([entry.kind, entry.quantity]);
    }
    expect(entries).toEqual([['sale', -3]]);
  });
});

const NO_FILTER = {
  productId: null,
  locationId: null,
  supplierId: null,
  kind: null,
  actor: null,
  reference: null,
  requestId: null,
  occurredFrom: null,
  occurredTo: null,
};
