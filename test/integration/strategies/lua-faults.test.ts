import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PostingDraft } from '../../../src/domain/posting.ts';
import { InvError } from '../../../src/lib/errors.ts';
import type { PostingStrategy } from '../../../src/ports/posting-strategy.ts';
import { openPool } from '../../../src/services/pools/open-pool.ts';
import { book, createBooks, postOne } from '../../support/books.ts';
import type { Books } from '../../support/books.ts';
import { testWrite } from '../../support/catalogue.ts';
import { openFaultProxy } from '../../support/fault-proxy.ts';
import type { Fault } from '../../support/fault-proxy.ts';
import { violations } from '../../support/ledger-proof.ts';
import { openLua } from '../../support/lua-operator.ts';
import { isSale } from '../../support/order-faults.ts';
import { openPoolParts } from '../../support/pool-parts.ts';
import type { PoolParts } from '../../support/pool-parts.ts';
import { testServers } from '../../support/servers.ts';
import { createStrategy } from '../../support/strategies.ts';

/** What faults.test.ts is for the strategies of MySQL: the connection to Redis breaks at every message. */

/** No sale has more messages than this. */
const MESSAGES_MAX = 30;
const TERMS = { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null };

let books: Books;
let parts: PoolParts;
let sku: string;
let run = 0;
let opened: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  books = await createBooks();
  parts = await openPoolParts(books.database);
});
beforeEach(async () => {
  run += 1;
  sku = `L-${String(run)}`;
  await books.addProducts([{ sku }]);
  const direct = createStrategy('conditional', books.database.database);
  await book(direct, books.draft({ id: `in-${sku}`, lines: [{ sku, quantity: 100 }] }));
  const request = { product: sku, location: 'MAIN', quantity: 100, buckets: 1, terms: TERMS };
  await openPool(parts.pools, request, testWrite());
});
afterEach(async () => {
  for (const it of opened.toReversed()) await it.close();
  opened = [];
  expect(await violations(books.database)).toEqual({});
});
afterAll(async () => {
  await parts.bench.close();
  await books.close();
});

const out = (id: string): PostingDraft =>
  books.draft({ id: `${id}-${sku}`, lines: [{ sku, quantity: -1 }] });

function healthy(): PostingStrategy {
  return openLua({ database: books.database.database, parts });
}

/** The strategy with a connection to Redis of its own, on which the fault strikes. */
async function through(fault: Fault) {
  const proxy = await openFaultProxy(testServers().redisSocket);
  opened.push(proxy);
  const { target } = parts.bench;
  const gate = parts.bench.another({
    target: { ...target, address: { socketPath: proxy.socketPath } },
    limits: { connectTimeoutMs: 1_000, commandTimeoutMs: 1_000 },
  });
  void proxy.arm(fault);
  return { proxy, strategy: openLua({ database: books.database.database, parts }, gate) };
}

/** The outcome's status, or the code of the error. */
async function answerOf(strategy: PostingStrategy, draft: PostingDraft): Promise<string> {
  try {
    return (await postOne(strategy, draft)).status;
  } catch (error) {
    if (error instanceof InvError) return error.code;
    throw error;
  }
}

async function timesBooked(requestId: string): Promise<number> {
  const [row] = await books.database.sql(
    'SELECT COUNT(*) AS n FROM postings p JOIN movements m ON m.posting_id = p.id WHERE request_id = ?',
    [requestId],
  );
  return Number(row?.['n']);
}

/** What an answer promises once it is settled, and that one rerun with the same id settles the rest. */
async function expectOneEffect(answer: string, draft: PostingDraft): Promise<void> {
  await parts.settle();
  const booked = await timesBooked(draft.requestId);
  if (answer === 'settling') expect(booked).toBe(1);
  else if (answer !== 'OUTCOME_UNKNOWN') expect([answer, booked]).toEqual(['STORE_UNAVAILABLE', 0]);
  expect(['settling', 'replayed']).toContain(await answerOf(healthy(), draft));
  await parts.settle();
  expect(await timesBooked(draft.requestId)).toBe(1);
}

describe('when the connection to Redis fails, lua', () => {
  it.each(['request', 'reply', { replyBytes: 3 }] as const)(
    'has one effect wherever it is cut (%j)',
    async (where) => {
      let [message, sales] = [1, 0];
      for (; message < MESSAGES_MAX; message += 1) {
        const at = (bytes: Buffer, count: number): boolean => {
          const isChosen = count === message;
          if (isChosen && isSale(bytes)) sales += 1;
          return isChosen;
        };
        const { proxy, strategy } = await through({ at, where, how: 'cut' });
        const draft = out(`cut${String(message)}`);
        const answer = await answerOf(strategy, draft);
        await expectOneEffect(answer, draft);
        if (!proxy.hasStruck()) break;
      }
      expect(message).toBeLessThan(MESSAGES_MAX);
      // The very case that is dangerous was among them.
      expect(sales).toBe(1);
      expect(await books.onHand(sku)).toBe(100 - message);
    },
  );

  it.each([
    ['the first message', (_message: Buffer, count: number) => count === 1],
    ['the sale', isSale],
  ])('answers in bounded time when %s meets a half-open connection', async (_which, at) => {
    const { proxy, strategy } = await through({ at, where: 'reply', how: 'hold' });
    const draft = out('held');
    const began = performance.now();
    const answer = await answerOf(strategy, draft);
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(proxy.hasStruck()).toBe(true);
    await expectOneEffect(answer, draft);
  });
});
