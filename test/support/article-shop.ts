import type { Redis } from 'ioredis';
import type { TestDatabase } from './database.ts';

/**
 * The way of many articles: a counter in Redis sells, a queue is written to MySQL later, and a timer
 * writes MySQL's number over the one in Redis wherever they differ.
 */
export interface ArticleShop {
  /** @returns whether so many units were sold, by Redis */
  buy(units: number): Promise<boolean>;
  /** Books what waits in the queue. */
  settle(): Promise<void>;
  /** "MySQL is right": its number replaces that of Redis. */
  reconcile(): Promise<void>;
}

const SELL = `
  if tonumber(redis.call('GET', KEYS[1])) < tonumber(ARGV[1]) then return 0 end
  redis.call('DECRBY', KEYS[1], ARGV[1])
  redis.call('RPUSH', KEYS[2], ARGV[1])
  return 1`;

export async function openArticleShop(
  database: TestDatabase,
  redis: Redis,
  supply: number,
): Promise<ArticleShop> {
  const { name } = database;
  const keys = [`${name}:article:stock`, `${name}:article:queue`] as const;
  await database.sql('CREATE TABLE article_stock (on_hand BIGINT NOT NULL)');
  await database.sql('INSERT INTO article_stock VALUES (?)', [supply]);
  await redis.set(keys[0], supply);
  return {
    buy: async (units) => (await redis.eval(SELL, 2, ...keys, units)) === 1,
    settle: async () => {
      for (;;) {
        const units = await redis.lpop(keys[1]);
        if (units === null) return;
        await database.sql('UPDATE article_stock SET on_hand = on_hand - ?', [units]);
      }
    },
    reconcile: async () => {
      const [row] = await database.sql('SELECT on_hand FROM article_stock');
      await redis.set(keys[0], Number(row?.['on_hand']));
    },
  };
}
