import { describe, expect, it } from 'vitest';
import { orderPresentation } from '../../../src/cli/commands/order/order-view.ts';
import {
  poolColumns,
  poolDocument,
  poolLines,
  poolRow,
  poolRowForPeople,
} from '../../../src/cli/commands/pool/pool-view.ts';
import type { Presentation } from '../../../src/cli/terminal/types.ts';
import type { OrderAnswer } from '../../../src/services/orders/order-answer.ts';
import { shownPool } from '../../../src/services/pools/shown-pool.ts';
import type { ShownPool } from '../../../src/services/pools/shown-pool.ts';
import { BUCKET, COUNTERS, POOL } from './sample-pool.ts';
import { printed } from '../terminal/recording-terminal.ts';
import type { RecordingOptions } from '../terminal/recording-terminal.ts';

const onScreen = (pool: ShownPool): Promise<string> =>
  printed({ document: null, human: (style) => poolLines(pool, style) });

describe('a pool', () => {
  it('has to people what can be sold left, to scripts what Redis counts', () => {
    const pool = { ...POOL, terms: { ...POOL.terms, floor: 10 } };
    expect(poolRow(pool)).toMatchObject({ avail: 52 });
    expect(poolRowForPeople(pool)).toMatchObject({ avail: 42 });
    expect(poolRowForPeople({ ...pool, avail: null })).toMatchObject({ avail: null });
  });

  it('is a document, field by field', () => {
    expect(poolDocument(POOL)).toEqual({
      pool_id: 7,
      sku: 'MUG-RED',
      location: 'MAIN',
      state: 'open',
      epoch: 3,
      shard: 0,
      delegated: 100,
      outstanding: 60,
      avail: 52,
      held: 5,
      sold: 39,
      returned: 0,
      duplicates: 1,
      unsettled: 3,
      floor: 0,
      per_buyer: null,
      starts_at: null,
      ends_at: null,
      short: 0,
      quarantine: 0,
      buckets: [
        {
          bucket_id: 7,
          bucket: 0,
          shard: 0,
          state: 'open',
          epoch: 3,
          delegated: 100,
          outstanding: 60,
          avail: 52,
          held: 5,
          sold: 39,
          returned: 0,
          duplicates: 1,
          unsettled: 3,
          floor: 0,
          short: 0,
          quarantine: 0,
          sound: true,
        },
      ],
      warnings: [],
    });
  });

  it('says in sentences what became of the units', async () => {
    expect(await onScreen(POOL)).toBe(
      'MUG-RED at MAIN: pool 7, open\n' +
        '  100 handed over: 52 left to sell, 5 held, 39 sold and booked,' +
        ' 1 sold by MySQL as well and given back, 3 on the way into the books\n' +
        '  shard 0, epoch 3\n',
    );
  });

  it('says what it does not know, and what is wrong', async () => {
    const unknown = shownPool(
      [{ ...BUCKET, state: 'closing', short: 2, quarantine: 4, duplicates: 0 }],
      { counters: new Map(), warnings: [] },
    );
    expect(await onScreen(unknown)).toBe(
      'MUG-RED at MAIN: pool 7, closing\n' +
        '  100 handed over: 60 with Redis, which does not say what it has left, 39 sold and booked\n' +
        '  ! 4 in quarantine: sales that Redis lost may own them\n' +
        '  ✗ 2 sold beyond what was there, by damage to Redis\n' +
        '  shard 0, epoch 3\n',
    );
    expect(poolDocument(unknown)).toMatchObject({ avail: null, held: null, unsettled: null });
  });

  it('names its terms, and its buckets when there are several', async () => {
    const terms = {
      floor: 5,
      perBuyer: 2,
      startsAtMs: Date.UTC(2026, 10, 27, 9),
      endsAtMs: Date.UTC(2026, 10, 28),
    };
    const second = { ...BUCKET, id: 8, bucket: 1, shard: 1, epoch: 1, terms };
    const pool = shownPool([{ ...BUCKET, terms }, second], {
      counters: new Map([
        [7, COUNTERS],
        [8, { ...COUNTERS, avail: 40 }],
      ]),
      warnings: [],
    });
    expect(await onScreen(pool)).toBe(
      'MUG-RED at MAIN: pool 7, open, in 2 buckets\n' +
        '  200 handed over: 82 left to sell, 10 held, 78 sold and booked,' +
        ' 2 sold by MySQL as well and given back, 6 on the way into the books\n' +
        '  10 are never sold (floor), at most 2 for each buyer\n' +
        '  sells from 2026-11-27T09:00:00.000Z until 2026-11-28T00:00:00.000Z\n' +
        '  bucket 0 (shard 0, epoch 3): 47 left, bucket 1 (shard 1, epoch 1): 35 left\n',
    );
  });

  it('is a row of a table for people, and of TSV for scripts', async () => {
    const rows = [poolRow(POOL)];
    const list = (isForPeople: boolean): Presentation => ({
      document: [],
      rows,
      columns: poolColumns(isForPeople),
    });
    expect(await printed(list(true))).toBe(
      'POOL  SKU      LOCATION  STATE  DELEGATED  LEFT  HELD  SOLD  UNSETTLED\n' +
        '────  ───────  ────────  ─────  ─────────  ────  ────  ────  ─────────\n' +
        '   7  MUG-RED  MAIN      open         100    52     5    39          3\n',
    );
    expect(await printed(list(false), { stdout: 'pipe' })).toBe(
      'pool_id\tsku\tlocation\tstate\tepoch\tshard\tdelegated\toutstanding\tavail\theld\tsold\treturned' +
        '\tduplicates\tunsettled\tfloor\tper_buyer\tstarts_at\tends_at\tshort\tquarantine\n' +
        '7\tMUG-RED\tMAIN\topen\t3\t0\t100\t60\t52\t5\t39\t0\t1\t3\t0\t\t\t\t0\t0\n',
    );
  });
});

const ORDER: OrderAnswer = {
  requestId: 'o-1',
  replayed: false,
  state: 'accepted',
  sku: 'MUG-RED',
  location: 'MAIN',
  quantity: 2,
  buyer: 'ann',
  reference: 'Web 7',
  poolId: 7,
  remaining: 50,
  deadline: null,
};

describe('an order', () => {
  const shown = (order: Partial<OrderAnswer>, options: RecordingOptions = {}, dryRun = false) =>
    printed(orderPresentation({ ...ORDER, ...order }, { dryRun, receipt: true }), options);

  it('is a document, field by field', async () => {
    const document = {
      request_id: 'o-1',
      replayed: false,
      state: 'accepted',
      sku: 'MUG-RED',
      location: 'MAIN',
      quantity: 2,
      buyer: 'ann',
      reference: 'Web 7',
      pool_id: 7,
      remaining: 50,
      deadline: null,
    };
    expect(JSON.parse(await shown({}, { format: 'json' }))).toEqual(document);
    expect(JSON.parse(await shown({}, { format: 'json' }, true))).toEqual({
      ...document,
      dry_run: true,
    });
    expect(await shown({}, { stdout: 'pipe' })).toBe(
      'request_id\treplayed\tstate\tsku\tlocation\tquantity\tbuyer\treference\tpool_id\tremaining\tdeadline\n' +
        'o-1\tfalse\taccepted\tMUG-RED\tMAIN\t2\tann\tWeb 7\t7\t50\t\n',
    );
  });

  const NOBODY = { buyer: null, reference: null, remaining: null };
  it.each([
    [
      {},
      [
        '✓ MUG-RED 2 sold at MAIN; a worker books it',
        '  buyer ann, reference Web 7, 50 left in the pool',
      ],
    ],
    [{ ...NOBODY, state: 'settled' }, ['✓ MUG-RED 2 sold at MAIN, and in the books']],
    [
      { ...NOBODY, state: 'held', deadline: '2026-11-27T09:15:00.000Z' },
      [
        '✓ MUG-RED 2 held at MAIN until 2026-11-27 09:15:00 UTC',
        '  to sell it: inv order confirm o-1',
      ],
    ],
    [{ ...NOBODY, state: 'cancelled' }, ['✓ MUG-RED 2 at MAIN: the hold is given back']],
    [
      { ...NOBODY, state: 'expired' },
      [
        '! MUG-RED 2 at MAIN: the hold was not confirmed in time; a worker makes its units available again',
      ],
    ],
  ] as const)('%j is said in a sentence', async (order, lines) => {
    expect((await shown(order)).split('\n').slice(0, -1)).toEqual([...lines, '  request o-1']);
  });

  it('that was cancelled by somebody else, or ended with Redis, is no success', async () => {
    const order = { ...ORDER, ...NOBODY, state: 'cancelled' } as const;
    const text = '! MUG-RED 2 at MAIN: the hold was given back, or ended when Redis was recovered';
    const looked = await printed(orderPresentation(order, { dryRun: false, receipt: false }), {});
    expect(looked.split('\n')[0]).toBe(text);
    expect((await shown({ ...order, replayed: true })).split('\n')[0]).toBe(text);
  });

  it('shows what people wrote without obeying it', async () => {
    expect(await shown({ reference: 'x\u001B[2J' })).toContain('reference x␛[2J,');
  });

  it('says a replay, and a dry run', async () => {
    expect(await shown({ replayed: true })).toContain(
      'request o-1 was answered before: nothing was sold again',
    );
    expect(await shown({}, {}, true)).toContain('dry run: nothing was asked of the pool');
  });
});
