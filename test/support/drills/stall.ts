import { expect } from 'vitest';
import { insertProducts } from '../catalogue-rows.ts';
import { createTestDatabase, projectRoot } from '../database.ts';
import type { TestDatabase } from '../database.ts';
import { testServers } from '../servers.ts';
import { createBackgrounds } from './background.ts';
import type { Background } from './background.ts';
import { createHistory, rerunUnknown } from './history.ts';
import type { History } from './history.ts';
import { judge } from './judge.ts';
import type { JudgeOptions } from './judge.ts';
import { poolViolations } from './pool-proof.ts';
import { drillSeed } from './seed.ts';
import { openShop } from './shop.ts';
import type { Shop, ShopOptions } from './shop.ts';
import { startTraffic } from './traffic.ts';
import type { Traffic, TrafficOptions } from './traffic.ts';

/** Some products with stock, sold by the use cases in this process: a scene for volume. */
export interface Stall {
  readonly database: TestDatabase;
  readonly redisSocket: string;
  readonly keyPrefix: string;
  readonly shop: Shop;
  readonly history: History;
  /** Another process' worth of connections to the same stores. */
  another(options?: Partial<ShopOptions>): Promise<Shop>;
  /** Goes on beside the drill until it is stopped, at the latest by `close`. */
  background<T>(work: (signal: AbortSignal) => Promise<T>): Background<T>;
  /** A product with so many units on hand. */
  addProduct(sku: string, units: number): Promise<void>;
  traffic(options: Partial<TrafficOptions> & Pick<TrafficOptions, 'sku'>): Traffic;
  /** Works until nothing is left to settle. @returns what the last round reported */
  settle(): Promise<void>;
  /** Reruns what is unknown, settles, and judges history, books and Redis. */
  prove(options?: JudgeOptions): Promise<void>;
  close(): Promise<void>;
}

export interface StallOptions extends Partial<ShopOptions> {
  readonly mysqlSocket?: string;
  /** Those of a cluster that have slots; `redisSocket` is where the shops ask first. */
  readonly redisSockets?: () => Promise<readonly string[]>;
}

export async function openStall(options: StallOptions = {}): Promise<Stall> {
  const { mysqlSocket, redisSockets, redisSocket = testServers().redisSocket } = options;
  const database = await createTestDatabase(mysqlSocket === undefined ? {} : { mysqlSocket });
  const keyPrefix = database.name;
  const base: ShopOptions = {
    packageRoot: projectRoot,
    mysql: database.target,
    redisSocket,
    keyPrefix,
    ...options,
  };
  const opened: Shop[] = [];
  const another = async (changes: Partial<ShopOptions> = {}): Promise<Shop> => {
    const shop = await openShop({ ...base, ...changes });
    opened.push(shop);
    return shop;
  };
  const shop = await another();
  const history = createHistory();
  const backgrounds = createBackgrounds();
  const stall: Stall = {
    database,
    redisSocket,
    keyPrefix,
    shop,
    history,
    another,
    background: (work) => backgrounds.start(work),
    addProduct: (sku, units) => addProduct(database, sku, units),
    traffic: (given) =>
      startTraffic({
        ...{ backgrounds, history, place: shop.place, writers: 8, name: 'w' },
        ...given,
      }),
    settle: () => settleAll(shop),
    prove: async (judged) => {
      await rerunUnknown(history, shop.place);
      await settleAll(shop);
      await proveAll(stall, redisSockets, judged);
    },
    close: async () => {
      await backgrounds.stopAll();
      for (const one of opened) await one.close();
      await database.drop();
    },
  };
  return stall;
}

async function proveAll(
  { database, redisSocket, keyPrefix, history }: Stall,
  redisSockets: StallOptions['redisSockets'],
  judged: JudgeOptions = {},
): Promise<void> {
  const seed = `INV_DRILLS_SEED=${String(drillSeed)}`;
  expect(await judge(history, database, judged), seed).toEqual([]);
  const sockets = redisSockets === undefined ? {} : { redisSockets };
  const proof = { database, redisSocket, ...sockets, keyPrefix, isQuiet: true };
  expect(await poolViolations(proof), seed).toEqual({});
}

const ROUNDS_MAX = 20;

async function settleAll(shop: Shop): Promise<void> {
  for (let round = 1; ; round += 1) {
    const { lagEvents } = await shop.work();
    if (lagEvents === 0) return;
    if (round === ROUNDS_MAX) throw new Error(`it does not settle: ${shop.lines.join('\n')}`);
  }
}

/** Straight into the tables: what a drill starts from is not what it is about. */
async function addProduct(database: TestDatabase, sku: string, units: number): Promise<void> {
  await insertProducts(database, [{ sku }]);
  const requestId = `receipt-${sku}`;
  await database.sql(
    `INSERT INTO postings (request_id, fingerprint, kind, strategy, actor, host, source, occurred_at, posted_at)
     VALUES (?, UNHEX(REPEAT('00', 32)), 'in', 'conditional', 'a', 'h', 's', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))`,
    [requestId],
  );
  await database.sql(
    `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
     SELECT po.id, 1, pr.id, 1, ?, ?, ? FROM postings po JOIN products pr
      WHERE po.request_id = ? AND pr.sku = ?`,
    [units, units, units, requestId, sku],
  );
  await database.sql(
    `INSERT INTO stock (product_id, location_id, on_hand)
     SELECT id, 1, ? FROM products WHERE sku = ?`,
    [units, sku],
  );
}
