import { describe, expect, test } from 'vitest';
import { judgePools, POOLS_CHECK_IDS } from '../../../src/services/doctor/judge-pools.ts';
import type { ShardFindings } from '../../../src/services/doctor/judge-pools.ts';

const SHARD: ShardFindings = {
  shard: 0,
  isFrozen: false,
  frozenReason: null,
  isFenced: false,
  lagEntries: 0,
  lagMs: 0,
  hasWorker: true,
  parked: 0,
};

describe('pools', () => {
  test.each([
    ['none were ever opened', []],
    ['all is booked', [SHARD, { ...SHARD, shard: 1 }]],
    ['nobody works and nothing waits', [{ ...SHARD, hasWorker: false }]],
    ['a worker is at it', [{ ...SHARD, lagEntries: 900, lagMs: 900 }]],
  ])('are fine where %s', (_name, shards) => {
    const checks = judgePools(shards);
    expect(checks.map(({ id, status }) => [id, status])).toEqual(
      POOLS_CHECK_IDS.map((id) => [id, 'ok']),
    );
  });

  const frozen = { isFrozen: true, frozenReason: 'MySQL is older' };
  const blind = { lagEntries: null, lagMs: null, isFenced: null };
  test.each<[Partial<ShardFindings>, ...string[]]>([
    [frozen, 'fail pools.frozen shard 0 is frozen: MySQL is older'],
    [
      { isFenced: true },
      'warn pools.frozen shard 0 is shut: Redis was restarted or has lost data',
      'warn pools.settlement what was sold last is not known while a shard is shut',
    ],
    [
      { lagEntries: 5, lagMs: 11_000 },
      'warn pools.settlement 5 entries of sales wait for the books, the oldest for 11 s',
    ],
    [
      { lagEntries: 1, hasWorker: false },
      'warn pools.settlement 1 entry of sales waits for the books, the oldest for 0 s, and no worker runs',
    ],
    [blind, 'warn pools.settlement Redis was not asked what waits for the books'],
    [{ parked: 2 }, 'fail pools.parked 2 events wait for a person, and are not in the books'],
  ])('with %j are a finding', (change, ...findings) => {
    const found = judgePools([{ ...SHARD, ...change }]).filter(({ status }) => status !== 'ok');
    expect(found.map(({ id, status, message }) => `${status} ${id} ${message}`)).toEqual(findings);
  });

  test('name every shard', () => {
    const [check] = judgePools([1, 4].map((shard) => ({ ...SHARD, shard, isFrozen: true })));
    expect(check?.message).toBe('shards 1, 4 are frozen: no reason was kept');
  });
});
