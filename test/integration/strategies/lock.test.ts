import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/adapters/mysql/database.ts';
import type { OpenStockLocks, StockLocks } from '../../../src/adapters/redis/locks/stock-locks.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { PostingDraft } from '../../../src/domain/posting.ts';
import { InvError } from '../../../src/lib/errors.ts';
import type { PostingStrategy } from '../../../src/ports/posting-strategy.ts';
import { createLock } from '../../../src/strategies/lock.ts';
import { book, createBooks, postOne } from '../../support/books.ts';
import type { Books } from '../../support/books.ts';
import { violations } from '../../support/ledger-proof.ts';
import { createTestLocks, redisAt } from '../../support/locks.ts';
import { startOwnRedis } from '../../support/own-redis.ts';
import type { OwnRedis } from '../../support/own-redis.ts';
import { createStrategy } from '../../support/strategies.ts';

const PREFIX = 'locks';

let books: Books;
let server: OwnRedis;
let redis: Redis;
let opened: OpenStockLocks[] = [];
let run = 0;
let sku: string;
beforeAll(async () => {
  books = await createBooks();
  server = await startOwnRedis();
});
beforeEach(async () => {
  redis = new Redis(server.socket, { lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => undefined);
  await redis.flushall();
  run += 1;
  sku = `L-${String(run)}`;
  await books.addProducts([{ sku }]);
  const receipt = books.draft({ id: `in-${sku}`, lines: [{ sku, quantity: 10 }] });
  await book(createStrategy('conditional', books.database.database), receipt);
});
afterEach(async () => {
  redis.disconnect();
  for (const locks of opened) await locks.disconnect();
  opened = [];
  expect(await violations(books.database)).toEqual({});
});
afterAll(async () => {
  await server.end();
  await books.close();
});

function openLocks(): OpenStockLocks {
  const locks = createTestLocks({ target: redisAt(server.socket), keyPrefix: PREFIX });
  opened.push(locks);
  return locks;
}

interface Parts {
  readonly locks?: StockLocks;
  readonly database?: Database;
  readonly ttlMs?: number;
  readonly waitMs?: number;
}

function strategyOf(parts: Parts = {}): PostingStrategy {
  const { database = books.database.database, ttlMs = 5_000, waitMs = 5_000 } = parts;
  return createLock({
    database,
    clock: systemClock,
    attemptsMax: 20,
    locks: parts.locks ?? openLocks(),
    settings: { ttlMs, waitMs },
  });
}

const out = (id: string, quantity = 1): PostingDraft =>
  books.draft({ id: `${id}-${sku}`, lines: [{ sku, quantity: -quantity }] });

async function fence(): Promise<number> {
  const [row] = await books.database.sql(
    'SELECT fence FROM stock WHERE product_id = (SELECT id FROM products WHERE sku = ?)',
    [sku],
  );
  return Number(row?.['fence']);
}

const locksLeft = (): Promise<string[]> => redis.keys(`${PREFIX}:{lock}:l:*`);

/** The first transaction waits between what it has read and what it writes, while something else happens. */
function pausedBeforeItWrites(meanwhile: () => Promise<void>): {
  database: Database;
  pauses: number;
} {
  const { database } = books.database;
  const paused = {
    pauses: 0,
    database: {
      ...database,
      transaction: <T>(work: Parameters<typeof database.transaction<T>>[0]) =>
        database.transaction<T>((session) =>
          work({
            ...session,
            run: async (statement, parameters) => {
              if (statement.includes('s.fence = c.t') && paused.pauses === 0) {
                paused.pauses += 1;
                await meanwhile();
              }
              return session.run(statement, parameters);
            },
          }),
        ),
    },
  };
  return paused;
}

describe('an owner of a lock', () => {
  it('gives it back, and leaves only the count of tokens', async () => {
    expect((await postOne(strategyOf(), out('one'))).status).toBe('posted');
    expect(await locksLeft()).toEqual([]);
    expect(await redis.get(`${PREFIX}:{lock}:fence`)).toBe(String(await fence()));
  });

  it('that sleeps past its end is refused when it writes, and decides anew', async () => {
    const other = strategyOf();
    let lives = 0;
    const paused = pausedBeforeItWrites(async () => {
      // The lock ends while its owner sleeps: it cannot extend it either.
      lives = (await locksLeft()).length;
      await redis.del(...(await locksLeft()));
      expect((await postOne(other, out('other', 8))).status).toBe('posted');
    });
    const outcome = await postOne(strategyOf({ database: paused.database }), out('sleeper', 8));
    expect([lives, paused.pauses]).toEqual([1, 1]);
    expect(outcome).toMatchObject({ status: 'insufficient', shortages: [{ onHand: 2 }] });
    expect(await books.onHand(sku)).toBe(2);
  });

  it('that writes late is refused by its token even where the version would let it', async () => {
    const other = strategyOf();
    const tokens: (number | null)[] = [];
    const locks = openLocks();
    const watched: StockLocks = {
      ...locks,
      acquire: async (request) => {
        const answer = await locks.acquire(request);
        tokens.push(answer.token);
        if (tokens.length === 1) {
          // It has its token and has read nothing yet: what it will read is fresh.
          await redis.del(...(await locksLeft()));
          expect((await postOne(other, out('other'))).status).toBe('posted');
        }
        return answer;
      },
    };
    expect((await postOne(strategyOf({ locks: watched }), out('late'))).status).toBe('posted');
    expect(tokens).toHaveLength(2);
    expect(await fence()).toBe(tokens[1]);
    expect(await books.onHand(sku)).toBe(8);
  });

  it('that reads before a slower one writes is refused by the version, though its token is higher', async () => {
    const locks = openLocks();
    const slow = { owner: 'slow', rows: [await rowOf()] };
    const { token } = await locks.acquire({ ...slow, ttlMs: 60_000, floor: 0 });
    await locks.release(slow);
    const paused = pausedBeforeItWrites(async () => {
      // The slower owner sells between the read and the write of this one, under its lower token.
      await book(createStrategy('conditional', books.database.database), out('slow'));
      await books.database.sql(
        'UPDATE stock SET fence = ? WHERE product_id = (SELECT id FROM products WHERE sku = ?)',
        [token ?? 0, sku],
      );
    });
    const outcome = await postOne(strategyOf({ database: paused.database }), out('fast'));
    expect(outcome).toMatchObject({
      status: 'posted',
      posting: { movements: [{ onHandBefore: 9, onHandAfter: 8 }] },
    });
    expect(paused.pauses).toBe(1);
    expect(await fence()).toBe((token ?? 0) + 1);
  });

  it('keeps it for longer than its life while it works', async () => {
    let seen: string[] = [];
    let blocked: unknown;
    const paused = pausedBeforeItWrites(async () => {
      await sleep(700);
      seen = await locksLeft();
      blocked = await failureOf(postOne(strategyOf({ waitMs: 50 }), out('other')));
    });
    const owner = strategyOf({ database: paused.database, ttlMs: 300 });
    expect((await postOne(owner, out('long'))).status).toBe('posted');
    expect(seen).toHaveLength(1);
    expect(blocked).toMatchObject({ code: 'BUSY', exitCode: 75 });
  });

  it('that died is in the way no longer than its lock lives', async () => {
    const dead = openLocks();
    await dead.acquire({ owner: 'dead', rows: [await rowOf()], ttlMs: 400, floor: 0 });
    expect(await failureOf(postOne(strategyOf({ waitMs: 20 }), out('early')))).toMatchObject({
      code: 'BUSY',
    });
    expect((await postOne(strategyOf(), out('later'))).status).toBe('posted');
    expect(await books.onHand(sku)).toBe(9);
  });

  it('releases and extends nothing that is somebody else’s', async () => {
    const locks = openLocks();
    const rows = [await rowOf()];
    await locks.acquire({ owner: 'ann', rows, ttlMs: 60_000, floor: 0 });
    await locks.release({ owner: 'bob', rows });
    expect(await locks.extend({ owner: 'bob', rows, ttlMs: 60_000 })).toBe(false);
    expect(await redis.get((await locksLeft())[0] ?? '')).toBe('ann');
  });
});

describe('when Redis', () => {
  it('has lost its count, the next tokens start above what MySQL has seen', async () => {
    const strategy = strategyOf();
    for (const id of ['a', 'b', 'c']) await book(strategy, out(id));
    const before = await fence();
    await redis.flushall();
    await redis.script('FLUSH');
    await redis.call('FUNCTION', 'FLUSH');
    expect((await postOne(strategy, out('d'))).status).toBe('posted');
    expect(await fence()).toBe(before + 1);
    expect(await redis.get(`${PREFIX}:{lock}:fence`)).toBe(String(before + 1));
  });

  it('loses its data while an owner works, two owners sell no unit twice', async () => {
    const other = strategyOf();
    await book(other, out('first', 1));
    const paused = pausedBeforeItWrites(async () => {
      await redis.flushall();
      expect((await postOne(other, out('other', 6))).status).toBe('posted');
    });
    const owner = strategyOf({ database: paused.database });
    expect(await postOne(owner, out('owner', 6))).toMatchObject({ status: 'insufficient' });
    expect(await books.onHand(sku)).toBe(3);
  });

  it('is away, nothing is booked; when it is back, the same request is', async () => {
    const strategy = strategyOf();
    await server.end();
    expect(await failureOf(postOne(strategy, out('away')))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      exitCode: 69,
    });
    expect(await books.onHand(sku)).toBe(10);
    await server.start();
    await expect
      .poll(async () => (await postOne(strategy, out('away')).catch(() => null))?.status)
      .toBe('posted');
    expect(await books.onHand(sku)).toBe(9);
  });

  it('dies while an owner works, what MySQL has booked is answered', async () => {
    const paused = pausedBeforeItWrites(() => server.end('SIGKILL'));
    const strategy = strategyOf({ database: paused.database, ttlMs: 300 });
    expect((await postOne(strategy, out('booked'))).status).toBe('posted');
    await server.start();
    expect(await books.onHand(sku)).toBe(9);
  });
});

it('a trial takes no lock and leaves no trace', async () => {
  const locks = openLocks();
  await locks.acquire({ owner: 'somebody', rows: [await rowOf()], ttlMs: 60_000, floor: 0 });
  const before = await fence();
  const trial = await strategyOf({ locks }).post([out('trial')], { atomic: true, dryRun: true });
  expect(trial).toMatchObject([{ status: 'posted' }]);
  expect([await fence(), await books.onHand(sku)]).toEqual([before, 10]);
});

async function rowOf(): Promise<{ productId: number; locationId: number }> {
  const [row] = await books.database.sql(
    `SELECT s.product_id, s.location_id FROM stock s JOIN products p ON p.id = s.product_id
      WHERE p.sku = ?`,
    [sku],
  );
  return { productId: Number(row?.['product_id']), locationId: Number(row?.['location_id']) };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof InvError) return error;
    throw error;
  }
}
