import { expect, it } from 'vitest';
import type { ShardFinding } from '../../../src/services/pools/shard-finding.ts';
import { createTally, workReport } from '../../../src/worker/tally.ts';

const ROUND = {
  entries: 9,
  sold: 5,
  returned: 1,
  duplicates: 2,
  parked: 1,
  parkedIn: [null],
  backlog: 40,
  alarms: [],
};

it('counts the events of all rounds, and holds apart from them', () => {
  const tally = createTally();
  expect(tally.events()).toBe(0);
  tally.settled(ROUND);
  tally.settled({ ...ROUND, sold: 10 });
  tally.expired(3);
  expect(tally.events()).toBe(15 + 2 + 4 + 2);
  expect(tally.counts()).toEqual({
    ...{ settled: 15, returned: 2, duplicates: 4, parked: 2, expiredHolds: 3 },
    ...{ mended: 0, recovered: 0, handedOver: 0, closed: 0 },
  });
});

it('gives counts that later rounds do not change', () => {
  const tally = createTally();
  const before = tally.counts();
  tally.settled(ROUND);
  expect(before.settled).toBe(0);
});

it('a report adds the shards up', () => {
  const [one, other] = [createTally(), createTally()];
  one.settled(ROUND);
  other.settled(ROUND);
  other.expired(7);
  expect(workReport([one, other], 12)).toEqual({
    ...{ settled: 10, returned: 2, duplicates: 4, parked: 2 },
    ...{ expiredHolds: 7, journalApplied: 0, lagEvents: 12 },
    ...{ mended: 0, recovered: 0, handedOver: 0, closed: 0 },
  });
  expect(workReport([], 0)).toMatchObject({ settled: 0, lagEvents: 0 });
});

it('counts what was mended, opened, handed over and closed, each once', () => {
  const tally = createTally();
  const found = (kind: ShardFinding['kind'], isRepaired: boolean): ShardFinding => ({
    ...{ kind, bucketId: 1, evidence: kind, isRepaired },
  });
  tally.converged({
    ...{ status: 'converged', reason: null, dropped: 0 },
    findings: [found('identity', true), found('lost_tail', true), found('lost_tail', false)],
    // The damaged bucket was updated, and another one was handed its grant.
    ...{ created: 1, updated: 2 },
  });
  tally.recovered({ status: 'adopted', buckets: [] });
  tally.recovered({ status: 'busy' });
  tally.closed(1);
  expect(tally.counts()).toMatchObject({ mended: 2, recovered: 1, handedOver: 2, closed: 1 });
});
