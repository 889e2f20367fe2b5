import { expect, it } from 'vitest';
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
  });
  expect(workReport([], 0)).toMatchObject({ settled: 0, lagEvents: 0 });
});
