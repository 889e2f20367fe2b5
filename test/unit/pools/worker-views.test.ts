import { describe, expect, it } from 'vitest';
import { reportPresentation } from '../../../src/cli/commands/worker/report-view.ts';
import { createStatusLines } from '../../../src/cli/commands/worker/status-lines.ts';
import {
  needsAttention,
  statusPresentation,
} from '../../../src/cli/commands/worker/status-view.ts';
import type { WorkReport } from '../../../src/worker/work-report.ts';
import type { ShardStatus } from '../../../src/worker/worker-status.ts';
import { printed } from '../terminal/recording-terminal.ts';
import type { RecordingOptions } from '../terminal/recording-terminal.ts';

describe('what a worker did', () => {
  const NOTHING: WorkReport = {
    settled: 0,
    returned: 0,
    duplicates: 0,
    parked: 0,
    expiredHolds: 0,
    ...{ mended: 0, recovered: 0, handedOver: 0, closed: 0 },
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
      ...{ mended: 0, recovered: 0, handed_over: 0, closed: 0 },
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
    [
      { mended: 1, recovered: 1, handedOver: 2, closed: 1 },
      '✓ 1 difference mended, 1 shard opened, 2 buckets handed to Redis, 1 bucket closed\n',
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
  missingUnits: 0,
  quarantine: 0,
  loss: null,
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
          missing_units: 0,
          worker: 'web-1, connection 41',
          parked: 2,
          quarantine: 0,
          loss_at: null,
          lost_max: 0,
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
      { active: null, missingUnits: 2 },
      [
        ' ! shard 0: 2 units are sold and neither in the stream nor in the books; no worker',
        '     no worker settles what was sold',
        '     try: inv worker run (or once: inv worker once)',
      ],
    ],
    [
      { quarantine: 3, loss: { at: '2026-11-27T09:00:00.000Z', units: 12 } },
      [
        ' ! shard 0: all that was sold is in the books; worker: web-1, connection 41',
        '     Redis lost data, or may have, last noticed at 2026-11-27 09:00:00 UTC: up to 12 sold units may be lost',
        '     (inv pool show SKU has the history of a pool)',
        '     3 units are in quarantine: sales that Redis lost may own them',
        '     try: inv pool list --all (then inv pool release SKU QUANTITY)',
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
        '     try: inv worker recover --shard 0',
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
