import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPoolHouse } from '../../support/pool-house.ts';
import type { PoolHouse } from '../../support/pool-house.ts';
import { reconcile, reconcileOn, told } from '../../support/reconcile.ts';
import { applyPlan } from '../../../src/services/reconcile/apply-plan.ts';
import type { AppliedPlan, Plan } from '../../../src/services/reconcile/apply-plan.ts';
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
  const apply = (plan: Plan): Promise<AppliedPlan> => applyPlan(deps, plan, { waitMs: 0 });

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

  it('is a run of its own, and leaves the one that made it as it was', async () => {
    await sql('UPDATE stock SET on_hand = on_hand + 7');
    const plan = planOf(await reconcile(deps, { mode: 'plan' }));
    const made = await deps.books.findRun(plan.runId);
    const found = await deps.books.findingsOf(plan.runId);
    const first = await apply(plan);
    const second = await apply(plan);
    const none = await apply({ ...plan, changes: [] });
    expect(await deps.books.findRun(plan.runId)).toEqual(made);
    expect(await deps.books.findingsOf(plan.runId)).toEqual(
      found.map((one) => ({ ...one, receipt: first.findings[0]?.receipt })),
    );
    const runs = await deps.books.runs({ limit: 3 });
    const shared = { mode: 'apply', planRunId: plan.runId, scopes: [] };
    expect(runs).toMatchObject([
      { ...shared, runId: none.runId, status: 'inconclusive', findings: 0, repaired: 0 },
      { ...shared, runId: second.runId, status: 'repaired', findings: 1, repaired: 0 },
      { ...shared, runId: first.runId, status: 'repaired', findings: 1, repaired: 1 },
    ]);
    expect(await deps.books.findingsOf(second.runId)).toMatchObject([
      { outcome: 'repaired', why: 'mended before', receipt: first.findings[0]?.receipt },
    ]);
  });

  it('says nothing of rows that were taken out', async () => {
    await sql('UPDATE stock SET on_hand = 200, reserved = 80');
    const plan = planOf(await reconcile(deps, { mode: 'plan' }));
    const applied = await apply({ ...plan, changes: plan.changes.slice(0, 1) });
    expect(applied).toMatchObject({ rows: { planned: 1, made: 1 }, findings: [{ number: 1 }] });
    expect(told(await reconcile(deps))).toHaveLength(1);
  });

  it('counts rows as made that one repair of their shard has mended together', async () => {
    for (const id of ['late-1', 'late-2']) await house.hold(id, 1, Date.now() - 10_000);
    deps = reconcileOn(house.ledger.books.database, { pools: house.deps, lateMs: 1_000 });
    const plan = planOf(await reconcile(deps, { mode: 'plan', scopes: ['holds'] }));
    const first = await apply(plan);
    expect(first).toMatchObject({ status: 'repaired', rows: { planned: 2, made: 2 } });
    expect(first.findings[1]?.receipt?.after).toBe('mended together with finding 1');
    expect(await apply(plan)).toMatchObject({ rows: { planned: 2, madeBefore: 2 } });
  });

  it.each<readonly [string, () => Promise<unknown>, number]>([
    ['of counters in Redis', () => redis().hincrby(bucketKey, 'avail', -4), 60_000],
    ['of a lost tail', () => redis().xtrim(house.bench.key('ev'), 'MAXLEN', 0), 60_000],
    ['of sales that nobody has booked', () => Promise.resolve(), 0],
  ])('%s is told again the second time, and not called changed', async (_, damage, lateMs) => {
    await damage();
    deps = reconcileOn(house.ledger.books.database, { pools: house.deps, lateMs });
    const plan = planOf(await reconcile(deps, { mode: 'plan' }));
    const first = await apply(plan);
    expect(first.rows).toEqual({
      planned: 1,
      made: 1,
      madeBefore: 0,
      changed: 0,
      gone: 0,
      open: 0,
    });
    const second = await apply(plan);
    expect(second.rows).toEqual({
      planned: 1,
      made: 0,
      madeBefore: 1,
      changed: 0,
      gone: 0,
      open: 0,
    });
    expect(second.findings[0]?.receipt).toEqual(first.findings[0]?.receipt);
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

describe('Redis that was emptied', () => {
  beforeEach(() => house.lose('*'));

  it('is loaded anew, and what may have been lost is a violation, once', async () => {
    const result = await reconcile(deps, { mode: 'fix' });
    const [first] = result.findings;
    expect(first?.receipt).toMatchObject({
      after: 'loaded anew from the books: up to 90 units that Redis had sold may be lost',
    });
    const lost = result.findings.filter(({ finding }) => finding.check === 'pools.lost_sales');
    expect(lost).toMatchObject([
      {
        outcome: 'open',
        finding: { severity: 'violation', sku: 'POOL-1', expected: 0, actual: 90 },
      },
    ]);
    expect(result.status).toBe('drift');
    expect(await deps.books.findRun(result.runId)).toMatchObject({ violations: 1 });
    expect(await deps.books.findingsOf(result.runId)).toHaveLength(result.findings.length);
    expect(await reconcile(deps, { isFull: true })).toMatchObject({ status: 'clean' });
  });

  it('is told by applying a plan as well', async () => {
    const applied = await applyPlan(deps, planOf(await reconcile(deps, { mode: 'plan' })), {
      waitMs: 0,
    });
    expect(applied.rows).toMatchObject({ planned: 1, made: 1 });
    expect(applied.findings.map(({ finding }) => finding.check)).toContain('pools.lost_sales');
  });
});
