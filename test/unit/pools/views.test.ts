import { describe, expect, it } from 'vitest';
import { orderPresentation } from '../../../src/cli/commands/order/order-view.ts';
import {
  poolColumns,
  poolDocument,
  poolLines,
  poolRow,
} from '../../../src/cli/commands/pool/pool-view.ts';
import { reportPresentation } from '../../../src/cli/commands/worker/report-view.ts';
import { createStatusLines } from '../../../src/cli/commands/worker/status-lines.ts';
import {
  needsAttention,
  statusPresentation,
} from '../../../src/cli/commands/worker/status-view.ts';
import type { Presentation } from '../../../src/cli/terminal/types.ts';
import type { OrderAnswer } from '../../../src/services/orders/order-answer.ts';
import { shownPool } from '../../../src/services/pools/shown-pool.ts';
import type { ShownPool } from '../../../src/services/pools/shown-pool.ts';
import type { WorkReport } from '../../../src/worker/work-report.ts';
import type { ShardStatus } from '../../../src/worker/worker-status.ts';
import { BUCKET, COUNTERS, POOL } from './sample-pool.ts';
import { recordingTerminal } from '../terminal/recording-terminal.ts';
import type { RecordingOptions } from '../terminal/recording-terminal.ts';

async function printed(presentation: Presentation, options: RecordingOptions = {}) {
  const recording = recordingTerminal(options);
  await recording.terminal.print(presentation);
  return recording.stdout();
}

const onScreen = (pool: ShownPool): Promise<string> =>
  printed({ document: null, human: (style) => poolLines(pool, style) });

describe('a pool', () => {
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
        '  200 handed over: 92 left to sell, 10 held, 78 sold and booked,' +
        ' 2 sold by MySQL as well and given back, 6 on the way into the books\n' +
        '  10 are never sold (floor), at most 2 for each buyer\n' +
        '  sells from 2026-11-27T09:00:00.000Z until 2026-11-28T00:00:00.000Z\n' +
        '  bucket 0 (shard 0, epoch 3): 52 left, bucket 1 (shard 1, epoch 1): 40 left\n',
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
        '✓ MUG-RED 2 held at MAIN until 2026-11-27T09:15:00.000Z',
        '  to sell it: inv order confirm o-1',
      ],
    ],
    [{ ...NOBODY, state: 'cancelled' }, ['! MUG-RED 2 at MAIN: the hold was given back']],
    [
      { ...NOBODY, state: 'expired' },
      ['! MUG-RED 2 at MAIN: the hold was not confirmed in time, the units are for sale again'],
    ],
  ] as const)('%j is said in a sentence', async (order, lines) => {
    expect((await shown(order)).split('\n').slice(0, -1)).toEqual([...lines, '  request o-1']);
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

describe('what a worker did', () => {
  const NOTHING: WorkReport = {
    settled: 0,
    returned: 0,
    duplicates: 0,
    parked: 0,
    expiredHolds: 0,
    journalApplied: 0,
    lagEvents: 0,
  };

  it('is a document, field by field', async () => {
    const report = { ...NOTHING, settled: 5, expiredHolds: 1, lagEvents: 2 };
    expect(JSON.parse(await printed(reportPresentation(report), { format: 'json' }))).toEqual({
      settled: 5,
      returned: 0,
      duplicates: 0,
      parked: 0,
      expired_holds: 1,
      journal_applied: 0,
      lag_events: 2,
    });
  });

  it.each([
    [{}, '✓ nothing was to be done\n'],
    [{ settled: 1 }, '✓ 1 sale booked\n'],
    [
      { settled: 7, returned: 2, duplicates: 1, expiredHolds: 3, lagEvents: 9, parked: 1 },
      '✓ 7 sales booked, 2 returns booked, 1 sale was in the books already, 3 holds given back\n' +
        '  9 events still wait\n' +
        '  ! 1 event is parked, and not in the books: inv worker parked list\n',
    ],
  ])('%j is said in a sentence', async (report, text) => {
    expect(await printed(reportPresentation({ ...NOTHING, ...report }))).toBe(text);
  });
});

const SHARD: ShardStatus = {
  shard: 0,
  generation: 4,
  version: 99,
  watermark: { ms: 1_700_000_000_000, seq: 2 },
  state: 'ready',
  frozenReason: null,
  gate: 'open',
  lagEntries: 0,
  lagMs: 0,
  active: { connectionId: 41, host: 'web-1' },
  parked: 0,
};

describe('worker status', () => {
  const shown = (shards: readonly ShardStatus[], options: RecordingOptions = {}) =>
    printed(statusPresentation(shards), options);

  it('is a document with advice', async () => {
    expect(JSON.parse(await shown([{ ...SHARD, parked: 2 }], { format: 'json' }))).toEqual({
      status: 'attention',
      shards: [
        {
          shard: 0,
          state: 'ready',
          redis: 'open',
          lag_entries: 0,
          lag_ms: 0,
          worker: 'web-1, connection 41',
          parked: 2,
          frozen_reason: null,
          generation: 4,
          version: 99,
          watermark: '1700000000000-2',
        },
      ],
      advice: [
        {
          shard: 0,
          message: '2 events are parked: they cannot be settled',
          hint: 'inv worker parked list',
        },
      ],
    });
  });

  it.each([
    [{}, [' ✓ shard 0: all that was sold is in the books; worker: web-1, connection 41']],
    [
      { active: null, lagEntries: 3, lagMs: 1_234 },
      [
        ' ! shard 0: 3 entries wait, the oldest for 1.2 s; no worker',
        '     no worker settles what was sold',
        '     try: inv worker run (or once: inv worker once)',
      ],
    ],
    [
      { gate: null, lagEntries: null, lagMs: null, active: { connectionId: 41, host: null } },
      [
        ' ! shard 0: what waits is not known; worker: connection 41',
        '     Redis does not answer: nothing is sold',
        '     try: inv doctor',
      ],
    ],
    [
      { gate: 'fenced' },
      [
        ' ! shard 0: what was sold last is not known yet; worker: web-1, connection 41',
        '     Redis was restarted or has lost data: it sells nothing until it is checked against the books',
        '     try: a worker does that by itself; without one: inv worker recover --shard 0',
      ],
    ],
    [
      { state: 'frozen', frozenReason: 'the books are older', gate: 'fenced' },
      [
        ' ! shard 0: what was sold last is not known yet; worker: web-1, connection 41',
        '     frozen: the books are older',
        '     try: read "Frozen shards" in docs/pools.md first, then: inv worker unfreeze --shard 0',
      ],
    ],
  ] as const)('%j says what there is to do', async (change, lines) => {
    const text = await shown([{ ...SHARD, ...change }]);
    expect(text.split('\n').slice(0, -1)).toEqual(lines.map((line) => line.slice(1)));
    expect(needsAttention([{ ...SHARD, ...change }])).toBe(lines.length > 1);
  });
});

describe('the lines of worker run', () => {
  it('have a rate over the last seconds, for each shard', () => {
    let nowMs = 0;
    const lines = createStatusLines(() => nowMs);
    const settle = (atMs: number, events: number): void => {
      nowMs = atMs;
      lines.take({ shard: 0, state: 'settling', events, backlog: 1200 });
    };
    expect(lines.drawn()).toEqual([]);
    settle(0, 0);
    settle(1000, 500);
    settle(2000, 1000);
    lines.take({ shard: 1, state: 'frozen', events: 0, backlog: null });
    expect(lines.drawn()).toEqual([
      { text: 'shard 0  settling  1200 waiting  500/s  1000 settled', style: 'green' },
      { text: 'shard 1  FROZEN: inv worker status  backlog unknown  0/s  0 settled', style: 'red' },
    ]);
    nowMs = 60_000;
    expect(lines.drawn()[0]?.text).toContain('  0/s  ');
    settle(60_100, 1100);
    nowMs = 60_200;
    expect(lines.drawn()[0]?.text).toMatch(/ {2}\d{1,2}\/s {2}/);
  });
});
