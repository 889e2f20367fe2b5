import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { closePool } from '../../../src/services/pools/close-pool.ts';
import { convergeShard } from '../../../src/services/pools/converge-shard.ts';
import { expireHolds } from '../../../src/services/pools/expire-holds.ts';
import { openPool } from '../../../src/services/pools/open-pool.ts';
import { recoverShard } from '../../../src/services/pools/recover-shard.ts';
import { topUpPool } from '../../../src/services/pools/top-up-pool.ts';
import { cancelOrder } from '../../../src/services/orders/cancel-order.ts';
import { confirmOrder } from '../../../src/services/orders/confirm-order.ts';
import { armFailpoint } from '../../../src/lib/failpoint.ts';
import { readGateBuckets } from '../../support/drills/gate-reader.ts';
import { startOwnRedis } from '../../support/drills/own-redis.ts';
import type { OwnRedis } from '../../support/drills/own-redis.ts';
import * as model from '../../support/drills/pool-model.ts';
import type { Expected, ModelTerms, PoolModel } from '../../support/drills/pool-model.ts';
import { poolViolations } from '../../support/drills/pool-proof.ts';
import { isLong } from '../../support/drills/seed.ts';
import { asAnswer, testWrite } from '../../support/drills/shop.ts';
import { openStall } from '../../support/drills/stall.ts';
import type { Stall } from '../../support/drills/stall.ts';

/**
 * Random histories of one pool on real stores, beside a model that knows nothing of stores. DRILL_RUNS
 * makes more of them; fast-check prints seed and path of a failure.
 */
const RUNS = Number(process.env['DRILL_RUNS'] ?? (isLong ? 2_000 : 150));
const STEPS_MAX = 25;
const UNITS = 30;
const LONG_HOLD_MS = 10 * 3_600_000;
/** Told apart by it; their deadlines are moved into the past when they are to expire. */
const SHORT_HOLD_MS = 3_600_000;

/** Time passes for short holds: their deadlines, in the list and in the holds, become 1. */
const LET_TIME_PASS = `
  local limit = tonumber(ARGV[2])
  for _, key in ipairs(redis.call('KEYS', ARGV[1] .. ':*')) do
    local kind = redis.call('TYPE', key).ok
    if kind == 'zset' and string.find(key, 'due$') then
      for _, member in ipairs(redis.call('ZRANGEBYSCORE', key, 0, limit)) do
        redis.call('ZADD', key, 1, member)
      end
    elseif kind == 'hash' and string.find(key, ':h:%d+$') then
      local all = redis.call('HGETALL', key)
      for at = 1, #all, 2 do
        local quantity, deadline, rest = string.match(all[at + 1], '^(%d+)|(%d+)|(.*)$')
        if deadline and tonumber(deadline) < limit then
          redis.call('HSET', key, all[at], quantity .. '|1|' .. rest)
        end
      end
    end
  end`;

interface Real {
  readonly sku: string;
  /** Set apart from the ids of other histories. */
  readonly suffix: string;
}

type Step = fc.AsyncCommand<PoolModel, Real>;

let redis: OwnRedis;
let stall: Stall;
let run = 0;
beforeAll(async () => {
  redis = await startOwnRedis({ extraArguments: ['--appendfsync', 'no'] });
  stall = await openStall({ redisSocket: redis.socketPath });
});
afterAll(async () => {
  await stall.close();
  await redis.close();
});

it(
  `${String(RUNS)} histories come out as the model has them`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.commands(steps(), { maxCommands: STEPS_MAX, size: 'max' }),
        async (all) => {
          run += 1;
          const real = { sku: `M${String(run)}`, suffix: `.${String(run)}` };
          const books = model.createPoolModel(UNITS);
          await stall.addProduct(real.sku, UNITS);
          await fc.asyncModelRun(() => ({ model: books, real }), all);
          await end(books, real);
        },
      ),
      { numRuns: RUNS },
    );
    expect(await poolViolations({ ...stall, isQuiet: true })).toEqual({});
  },
  60_000 + RUNS * 10_000,
);

/** Few ids, few buyers, small numbers: collisions are the point. */
function steps() {
  const id = fc.integer({ min: 1, max: 9 }).map(String);
  const units = fc.integer({ min: 1, max: 8 });
  const buyer = fc.constantFrom('ann', 'bob');
  const order = fc.record({ id, quantity: units, buyer });
  const terms = fc.record({
    quantity: fc.integer({ min: 5, max: 20 }),
    perBuyer: fc.constantFrom(null, null, 6),
    floor: fc.constantFrom(0, 0, 2),
  });
  return [
    terms.map((given) => new Open(given)),
    units.map((quantity) => new TopUp(quantity)),
    order.map((given) => new Take({ ...given, isHold: false, isShort: false })),
    order.map((given) => new Take({ ...given, isHold: false, isShort: false })),
    order.map((given) => new Take({ ...given, isHold: true, isShort: false })),
    order.map((given) => new Take({ ...given, isHold: true, isShort: true })),
    id.map((given) => new Confirm(given)),
    id.map((given) => new Cancel(given)),
    fc.constantFrom(...QUIET).map(([name, work]) => new Quiet(name, work)),
    fc.constant(new Expire()),
    fc.constant(new Close()),
    fc.constant(new LoseData()),
    fc.constantFrom(...POINTS).map((point) => new Crash(point)),
  ];
}

/** What changes nothing that anybody could see. */
const QUIET: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['settle', () => settleOnly()],
  [
    'converge',
    async () => {
      const { findings } = await convergeShard(stall.shop.pools, 0, { repair: true });
      expect(findings).toEqual([]);
    },
  ],
  ['restart of the functions', () => refence(() => redis.ask('FUNCTION', 'FLUSH'))],
  ['recover', () => recoverShard(stall.shop.pools, 0)],
];

async function refence(fault: () => Promise<unknown>): Promise<void> {
  await fault();
  expect(await recoverShard(stall.shop.pools, 0)).toMatchObject({ status: 'adopted' });
}

async function settleOnly(): Promise<void> {
  const { settleShard } = await import('../../../src/services/pools/settle-shard.ts');
  expect(await settleShard(stall.shop.pools, 0)).toMatchObject({ status: 'idle' });
}

const POINTS = [
  'settle.after_read',
  'settle.before_commit',
  'settle.after_commit',
  'trim.before',
  'recover.after_begin',
] as const;

/** The answer must be what the model says, and the units where it has them. */
async function compare(
  expected: Expected,
  books: PoolModel,
  { sku }: Real,
  work: () => Promise<unknown>,
): Promise<void> {
  const answer = await asAnswer(work);
  expect([answer.promised, answer.detail]).toEqual([expected, answer.detail]);
  await compareUnits(books, sku);
}

async function compareUnits(books: PoolModel, sku: string): Promise<void> {
  const [row] = await stall.database.sql(
    `SELECT s.on_hand, s.reserved, COALESCE(p.id, 0) AS pool, p.state, p.settled_cum, p.delegated
       FROM products pr JOIN stock s ON s.product_id = pr.id
       LEFT JOIN pools p ON p.product_id = pr.id WHERE pr.sku = ?`,
    [sku],
  );
  const onHand = Number(row?.['on_hand']);
  const reserved = Number(row?.['reserved']);
  expect({ outside: onHand - reserved }).toEqual({ outside: books.outside });
  const { buckets } = await readGateBuckets(stall);
  const bucket = buckets.find(({ bucketId }) => bucketId === Number(row?.['pool']));
  if (books.state !== 'open') return;
  expect({
    avail: bucket?.avail,
    held: bucket?.held,
    sumOfHolds: bucket?.sumOfHolds,
    identity: (bucket?.avail ?? 0) + (bucket?.held ?? 0) + (bucket?.cum ?? 0),
  }).toEqual({
    avail: books.avail,
    held: model.heldUnits(books),
    sumOfHolds: model.heldUnits(books),
    identity: bucket?.delegated,
  });
}

/** Closes the pool, settles everything, and finds each unit where the model has it. */
async function end(books: PoolModel, real: Real): Promise<void> {
  await new Close().run(books, real);
  await stall.settle();
  const [row] = await stall.database.sql(
    `SELECT s.on_hand, s.reserved FROM products pr JOIN stock s ON s.product_id = pr.id
      WHERE pr.sku = ?`,
    [real.sku],
  );
  expect({ onHand: Number(row?.['on_hand']), reserved: Number(row?.['reserved']) }).toEqual({
    onHand: UNITS - model.soldUnits(books),
    reserved: 0,
  });
  for (const [id, request] of books.requests) {
    const [booked] = await stall.database.sql(
      `SELECT COALESCE(-SUM(m.quantity), 0) AS units FROM movements m
         JOIN postings p ON p.id = m.posting_id WHERE p.request_id = ?`,
      [id + real.suffix],
    );
    const sold = request.state === 'sold' ? request.quantity : 0;
    expect([id, request.state, Number(booked?.['units'])]).toEqual([id, request.state, sold]);
  }
}

class Open implements Step {
  readonly terms: ModelTerms;
  constructor(terms: ModelTerms) {
    this.terms = terms;
  }
  check = () => true;
  run = (books: PoolModel, real: Real) =>
    compare(model.openModel(books, this.terms), books, real, () => {
      const { quantity, perBuyer, floor } = this.terms;
      const terms = { perBuyer, floor, startsAtMs: null, endsAtMs: null };
      const place = { product: real.sku, location: 'MAIN' };
      return openPool(stall.shop.pools, { ...place, quantity, buckets: 1, terms }, testWrite());
    });
  toString = () => `open ${JSON.stringify(this.terms)}`;
}

class TopUp implements Step {
  readonly quantity: number;
  constructor(quantity: number) {
    this.quantity = quantity;
  }
  check = () => true;
  run = (books: PoolModel, real: Real) =>
    compare(model.topUpModel(books, this.quantity), books, real, () =>
      topUpPool(
        stall.shop.pools,
        { product: real.sku, location: 'MAIN', quantity: this.quantity },
        testWrite(),
      ),
    );
  toString = () => `top up ${String(this.quantity)}`;
}

interface Taken {
  readonly id: string;
  readonly quantity: number;
  readonly buyer: string;
  readonly isHold: boolean;
  readonly isShort: boolean;
}

class Take implements Step {
  readonly taken: Taken;
  constructor(taken: Taken) {
    this.taken = taken;
  }
  check = (books: Readonly<PoolModel>) => isSamePurpose(books, this.taken);
  run = async (books: PoolModel, real: Real) => {
    const { id, quantity, buyer, isHold, isShort } = this.taken;
    const order = { requestId: id + real.suffix, sku: real.sku, quantity, buyer };
    const holdMs = isHold ? (isShort ? SHORT_HOLD_MS : LONG_HOLD_MS) : null;
    const answer = await stall.shop.place(order, { holdMs });
    if (!(books.askedInVain.has(id) && answer.promised === 'refused')) {
      const expected = model.takeFromModel(books, id, this.taken);
      expect([answer.promised, answer.detail]).toEqual([expected, answer.detail]);
    }
    await compareUnits(books, real.sku);
  };
  toString = () => `${this.taken.isHold ? 'hold' : 'sell'} ${JSON.stringify(this.taken)}`;
}

/** How long a hold is to last is not part of the model's content; the real one refuses another. */
function isSamePurpose({ requests }: Readonly<PoolModel>, { id, isShort }: Taken): boolean {
  const earlier = requests.get(id);
  return earlier === undefined || earlier.isShort === isShort;
}

class Confirm implements Step {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
  check = () => true;
  run = (books: PoolModel, real: Real) =>
    compare(model.confirmModel(books, this.id), books, real, () =>
      confirmOrder(stall.shop.orders, { requestId: this.id + real.suffix }, { dryRun: false }),
    );
  toString = () => `confirm ${this.id}`;
}

class Cancel implements Step {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
  check = () => true;
  run = (books: PoolModel, real: Real) =>
    compare(model.cancelModel(books, this.id), books, real, () =>
      cancelOrder(stall.shop.orders, { requestId: this.id + real.suffix }, { dryRun: false }),
    );
  toString = () => `cancel ${this.id}`;
}

class Quiet implements Step {
  readonly name: string;
  readonly work: () => Promise<unknown>;
  constructor(name: string, work: () => Promise<unknown>) {
    this.name = name;
    this.work = work;
  }
  check = () => true;
  run = async (books: PoolModel, { sku }: Real) => {
    await this.work();
    await compareUnits(books, sku);
  };
  toString = () => this.name;
}

class Expire implements Step {
  check = () => true;
  run = async (books: PoolModel, { sku }: Real) => {
    const limit = Date.now() + (SHORT_HOLD_MS + LONG_HOLD_MS) / 2;
    await redis.ask('EVAL', LET_TIME_PASS, 0, stall.keyPrefix, limit);
    const { progress } = await stall.shop.pools.books.shard(0, { includeClosed: false });
    await expireHolds(stall.shop.pools, { shard: 0, generation: progress.generation });
    model.expireModel(books);
    await compareUnits(books, sku);
  };
  toString = () => 'expire';
}

class Close implements Step {
  check = () => true;
  run = (books: PoolModel, real: Real) =>
    compare(model.closeModel(books), books, real, async () => {
      const place = { product: real.sku, location: 'MAIN' };
      const closed = await closePool(stall.shop.pools, place, testWrite(), { waitMs: 20_000 });
      expect(closed.pool.state).toBe('closed');
    });
  toString = () => 'close';
}

/** Everything that was sold is in the books before: then only holds go. */
class LoseData implements Step {
  check = ({ state }: Readonly<PoolModel>) => state === 'open';
  run = async (books: PoolModel, { sku }: Real) => {
    await settleOnly();
    await redis.ask('FLUSHALL');
    expect(await recoverShard(stall.shop.pools, 0)).toMatchObject({ status: 'rebuilt' });
    model.dropHolds(books);
    await compareUnits(books, sku);
  };
  toString = () => 'lose the data of Redis';
}

/** A worker that dies at a point of its work has done no harm. */
class Crash implements Step {
  readonly point: string;
  constructor(point: string) {
    this.point = point;
  }
  check = () => true;
  run = async (books: PoolModel, { sku }: Real) => {
    armFailpoint(
      { INV_TEST: '1', INV_FAILPOINT: `${this.point}=throw` },
      { kill: () => undefined },
    );
    const isOfRecovery = this.point.startsWith('recover');
    if (isOfRecovery) await redis.ask('FUNCTION', 'FLUSH');
    const work = isOfRecovery ? recoverShard(stall.shop.pools, 0) : settleOnly();
    await work.catch((error: unknown) => {
      if (!String(error).includes('failpoint')) throw error;
    });
    armFailpoint({ INV_TEST: '1', INV_FAILPOINT: 'nowhere=throw' }, { kill: () => undefined });
    if (isOfRecovery) await recoverShard(stall.shop.pools, 0);
    await compareUnits(books, sku);
  };
  toString = () => `crash at ${this.point}`;
}
