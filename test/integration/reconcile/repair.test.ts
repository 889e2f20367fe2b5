import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { reconcile, reconcileOn, told } from '../../support/reconcile.ts';
import { applyPlan } from '../../../src/services/reconcile/apply-plan.ts';
import type { Plan } from '../../../src/services/reconcile/apply-plan.ts';
import type { ReconcileDependencies } from '../../../src/services/reconcile/dependencies.ts';
import type { ReconcileResult } from '../../../src/services/reconcile/run-reconcile.ts';

let house: PoolHouse;
let deps: ReconcileDependencies;
let bucketKey: string;
/** A pool of 100 units, of which 10 are sold and settled, 4 sold, and 3 held. */
beforeEach(async () => {
  house = await createPoolHouse();
  deps = reconcileOn(house.ledger.books.database, { pools: house.deps });
  const { pool } = await house.open(100);
  await house.sell('a', 10);
  await house.once();
  await house.sell('b', 4);
  await house.hold('h', 3, Date.now() + 3_600_000);
  bucketKey = house.bench.key(`p:${String(pool.poolId)}`);
});
afterEach(() => house.close());

const sql = (text: string): ReturnType<PoolHouse['ledger']['books']['database']['sql']> =>
  house.ledger.books.database.sql(text);
const redis = (): PoolHouse['bench']['redis'] => house.bench.redis;

const DAMAGES: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['a balance too high', () => sql('UPDATE stock SET on_hand = on_hand + 7')],
  ['a balance too low', balanceTooLow],
  ['reserved too high', reservedTooHigh],
  ['reserved too low', () => sql('UPDATE stock SET reserved = reserved - 5')],
  ['both numbers', () => sql('UPDATE stock SET on_hand = 200, reserved = 150')],
  ['a sealed sum', sealAndDamage],
  ['available units too many', () => redis().hincrby(bucketKey, 'avail', 7)],
  ['available units too few', () => redis().hincrby(bucketKey, 'avail', -7)],
  ['held units', () => redis().hincrby(bucketKey, 'held', 2)],
  ['counted units', () => redis().hincrby(bucketKey, 'cum', -1)],
  ['two counters against each other', twoCounters],
  ['a hold that was deleted', () => redis().hdel(bucketKey.replace(':p:', ':h:'), 'h')],
  ['a bucket that was deleted', () => redis().del(bucketKey)],
  ['entries that were deleted', () => redis().xtrim(house.bench.key('ev'), 'MAXLEN', 0)],
  ['Redis that was emptied', () => house.lose('*')],
];

async function sealAndDamage(): Promise<void> {
  await reconcile(deps);
  await setTimeout(20);
  await reconcile(deps);
  await sql('UPDATE ledger_seals SET quantity = quantity + 1');
}

async function twoCounters(): Promise<void> {
  await house.once();
  await redis().hincrby(bucketKey, 'avail', 5);
  await redis().hincrby(bucketKey, 'cum', -5);
}

/** The books allow neither without units outside of the pool. */
async function moreStock(): Promise<void> {
  await sql('UPDATE stock SET on_hand = on_hand + 20');
  await sql(
    `INSERT INTO postings (request_id, fingerprint, kind, strategy, actor, host, source, occurred_at, posted_at)
     SELECT 'more', fingerprint, kind, strategy, actor, host, source, occurred_at, posted_at FROM postings LIMIT 1`,
  );
  await sql(
    `INSERT INTO movements (posting_id, line, product_id, location_id, quantity, on_hand_after, available_after)
     SELECT p.id, 1, s.product_id, s.location_id, 20, s.on_hand, s.on_hand - s.reserved
       FROM postings p JOIN stock s WHERE p.request_id = 'more'`,
  );
}

async function balanceTooLow(): Promise<void> {
  await moreStock();
  await sql('UPDATE stock SET on_hand = on_hand - 6');
}

async function reservedTooHigh(): Promise<void> {
  await moreStock();
  await sql('UPDATE stock SET reserved = reserved + 6');
}

describe.each(DAMAGES)('%s', (_, damage) => {
  it('is mended once, with a receipt, and the next run is clean', async () => {
    await damage();
    const result = await reconcile(deps, { mode: 'fix' });
    expect(result.unchecked).toEqual([]);
    expect(result.status).toBe('repaired');
    const receipts = result.findings.map(({ receipt }) => receipt?.requestId);
    expect(receipts).toContain(`reconcile:${result.runId}:1`);
    const after = await reconcile(deps, { isFull: true });
    expect(told(after)).toEqual([]);
    expect(after.status).toBe('clean');
    await house.once();
    expect((await reconcile(deps, { mode: 'fix' })).findings).toEqual([]);
  });
});

describe('what is never mended by itself', () => {
  it('a fork: the shard is frozen, and a person is asked', async () => {
    await redis().hincrby(bucketKey, 'D', 6);
    const { findings, status } = await reconcile(deps, { mode: 'fix' });
    expect(status).toBe('drift');
    expect(findings.map(({ finding, outcome }) => [finding.check, outcome])).toEqual([
      ['pools.cover', 'failed'],
    ]);
    const { progress } = await house.deps.books.shard(0, { includeClosed: false });
    expect(progress.state).toBe('frozen');
  });

  it('an older MySQL: frozen, and not a number of it is changed', async () => {
    await sql('UPDATE settlement_progress SET version = 0');
    const before = await sql('SELECT * FROM stock');
    const { findings } = await reconcile(deps, { mode: 'fix' });
    expect(findings.map(({ finding, outcome }) => [finding.check, outcome])).toContainEqual([
      'pools.ahead',
      'failed',
    ]);
    expect(await sql('SELECT * FROM stock')).toEqual(before);
  });

  it('more than was asked for: the rest stays open', async () => {
    await sql('UPDATE stock SET on_hand = 200, reserved = 80');
    const { findings, status } = await reconcile(deps, { mode: 'fix', changesMax: 1 });
    expect(status).toBe('drift');
    expect(findings.map(({ outcome }) => outcome)).toEqual(['repaired', 'open']);
  });
});

function planOf({ runId, findings }: ReconcileResult): Plan {
  return {
    runId,
    changes: findings.map(({ number, finding }) => ({ number, ...finding })),
  };
}

describe('a plan', () => {
  const apply = (plan: Plan): Promise<ReconcileResult> => applyPlan(deps, plan, { waitMs: 0 });

  it('changes nothing until it is applied, and nothing the second time', async () => {
    await sql('UPDATE stock SET on_hand = on_hand + 7');
    const plan = planOf(await reconcile(deps, { mode: 'plan' }));
    expect(told(await reconcile(deps))).toHaveLength(1);
    const first = await apply(plan);
    expect(first.findings).toMatchObject([
      {
        outcome: 'repaired',
        receipt: {
          requestId: `reconcile:${plan.runId}:1`,
          before: 'on hand 97',
          after: 'on hand 90',
        },
      },
    ]);
    await sql('UPDATE stock SET on_hand = on_hand + 7');
    const second = await apply(plan);
    expect(second.findings).toMatchObject([
      { outcome: 'repaired', why: 'mended before', receipt: first.findings[0]?.receipt },
    ]);
    expect(await sql('SELECT on_hand FROM stock')).toEqual([{ on_hand: 97 }]);
  });

  it('is applied while stock moves: what was seen is how far apart the two are', async () => {
    await sql('UPDATE stock SET on_hand = on_hand + 7');
    const plan = planOf(await reconcile(deps, { mode: 'plan' }));
    await house.once();
    expect((await apply(plan)).findings).toMatchObject([{ outcome: 'repaired' }]);
    expect(await sql('SELECT on_hand FROM stock')).toEqual([{ on_hand: 86 }]);
  });

  it('leaves a row alone that is no longer as it was seen', async () => {
    await sql('UPDATE stock SET on_hand = on_hand + 7');
    const plan = planOf(await reconcile(deps, { mode: 'plan' }));
    await sql('UPDATE stock SET on_hand = on_hand + 1');
    expect((await apply(plan)).findings).toMatchObject([
      { outcome: 'stale', why: 'on hand is off by 8 now, by 7 when it was seen' },
    ]);
    expect(await sql('SELECT on_hand FROM stock')).toEqual([{ on_hand: 98 }]);
    await sql('UPDATE stock SET on_hand = on_hand - 8');
    expect((await apply(plan)).findings).toMatchObject([{ outcome: 'gone' }]);
  });

  it.each([
    ['of another run', (plan: Plan) => ({ ...plan, runId: 'other' })],
    ['with another number', (plan: Plan) => changed(plan, { expected: 1 })],
    ['with a row that was made up', (plan: Plan) => changed(plan, { number: 9 })],
  ])('%s is refused as a whole', async (_, change) => {
    await sql('UPDATE stock SET on_hand = on_hand + 7');
    const plan = change(planOf(await reconcile(deps, { mode: 'plan' })));
    await expect(apply(plan)).rejects.toMatchObject({ code: 'VERSION_CONFLICT', exitCode: 5 });
    expect(await sql('SELECT on_hand FROM stock')).toEqual([{ on_hand: 97 }]);
  });

  function changed(plan: Plan, change: Partial<Plan['changes'][number]>): Plan {
    return { ...plan, changes: plan.changes.map((row) => ({ ...row, ...change })) };
  }
});

it('says what may have been lost when Redis comes back empty', async () => {
  await house.lose('*');
  const { findings } = await reconcile(deps, { mode: 'fix' });
  expect(findings.map(({ receipt }) => receipt?.after)).toContain(
    'loaded anew from the books: up to 90 units that Redis had sold may be lost',
  );
});
