import type {
  LoadDocument,
  SlotDocument,
  TimesDocument,
} from '../../../src/report/load/load-document.ts';

const TIMES: TimesDocument = {
  ...{ count: 20, mean: 1.5, p50: 1.25, p90: 2, p95: 2.5, p99: 10, p999: 120, max: 123.4 },
};

const slot = (at: number): SlotDocument => ({
  at_ms: at * 100,
  ...{ offered: 2, started: 2, dropped: 0, answered: 2, accepted: 1, refused: 1, failed: 0 },
  units: 1,
  ...{ p50_ms: 1, p99_ms: 2 + at, max_ms: 3 + at, units_left: 10 - at, backlog: at % 3 },
});

const HOSTILE = '</script><img src=x onerror=alert(1)>';

/** A run with everything that a page has to show, and data that would like to be code. */
export const SAMPLE: LoadDocument = {
  schema: 1,
  verdict: 'fail',
  reasons: [],
  run: 'lt-0193aabbccdd1234',
  started_at: '2026-11-26T12:00:00.000Z',
  seed: 7,
  profile: 'flash',
  target: 'lua',
  ...{ offered: 20, started: 20, dropped: 0, skipped: 1, accepted: 10, units_sold: 10 },
  ...{ held: 0, cancelled: 0, sold_out: 10, limited: 0, refused: 0, replayed: 1 },
  ...{ conflicts: 0, errors: 0, unknown: 0 },
  throughput_per_s: 20,
  ...{ latency_ms: TIMES, service_ms: TIMES, schedule_lag_ms: TIMES },
  schedule: {
    ...{ planned_ms: 1_000, actual_ms: 1_001, planned_per_s: 20, achieved_per_s: 19.98 },
    ...{ busy_share: 0.1, warm_up_ms: 0 },
  },
  settle_ms: 80,
  invariants: [
    {
      ...{ id: 'I1', name: 'nothing is oversold', holds: true, applies: true },
      evidence: { summary: '0 units oversold', oversold: 0 },
    },
    {
      ...{ id: 'I3', name: 'every accepted order is settled once', holds: false, applies: true },
      evidence: { summary: `1 lost ${HOSTILE}`, offenders: [{ request_id: HOSTILE }] },
    },
  ],
  thresholds: [{ expression: 'p99<5ms', actual: 10, holds: false }],
  faults: [{ fault: 'redis-restart@500ms', at_ms: 500, until_ms: 700, problem: null }],
  failures: [HOSTILE],
  plan_hash: '0123456789abcdef',
  settings: { plan: { seed: 7 }, run: { target: 'lua' } },
  histograms: {},
  versions: { inv: '0.1.0' },
  machine: { cpu: 'a machine' },
  slot_ms: 100,
  series: Array.from({ length: 10 }, (_, at) => slot(at)),
};
