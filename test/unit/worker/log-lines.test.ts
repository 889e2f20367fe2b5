import { describe, expect, it } from 'vitest';
import { findingLine, frozenLine, recoveryLines } from '../../../src/worker/log-lines.ts';

const BUCKET = {
  bucketId: 7,
  sku: 'MUG',
  location: 'MAIN',
  epoch: 2,
  delegated: 10,
  lostMax: 0,
  quarantined: 0,
};

describe('what the log says of a recovery', () => {
  it('that was not due: nothing', () => {
    expect(recoveryLines(3, { status: 'not_due' })).toEqual([]);
  });

  it.each([
    [{ status: 'adopted', buckets: [] } as const, 'info'],
    [{ status: 'busy' } as const, 'info'],
    [{ status: 'frozen', reason: 'MySQL is older' } as const, 'alarm'],
  ])('%j: one line about the shard, as %s', (outcome, level) => {
    expect(recoveryLines(3, outcome)).toEqual([
      { level, shard: 3, text: expect.any(String) as string },
    ]);
  });

  it('that lost nothing: a warning with the reason, and no alarm', () => {
    const outcome = { status: 'rebuilt', lossy: false, reason: 'a bucket is missing' } as const;
    expect(recoveryLines(0, { ...outcome, buckets: [BUCKET] })).toEqual([
      {
        level: 'warn',
        shard: 0,
        text: 'loaded anew from the books, because a bucket is missing; no sale was lost',
      },
    ]);
  });

  it('that may have lost sales: an alarm for each pool, with the most it can be', () => {
    const outcome = { status: 'rebuilt', lossy: true, reason: 'it was empty' } as const;
    const buckets = [
      { ...BUCKET, lostMax: 5 },
      { ...BUCKET, bucketId: 8, sku: 'CUP', lostMax: 4, quarantined: 4 },
      { ...BUCKET, bucketId: 9, sku: 'JUG' },
    ];
    const lines = recoveryLines(1, { ...outcome, buckets });
    expect(lines.map(({ level }) => level)).toEqual(['alarm', 'alarm', 'alarm']);
    expect(lines.map(({ text }) => text)).toEqual([
      'loaded anew from the books, because it was empty',
      'MUG at MAIN (bucket 7): up to 5 units sold just before may be lost',
      'CUP at MAIN (bucket 8): up to 4 units sold just before may be lost; 4 stay reserved for them',
    ]);
  });
});

it('a finding says what it is, its evidence, and whether it is mended', () => {
  const finding = { kind: 'identity', bucketId: 7, evidence: 'bucket 7: 3 too many' } as const;
  expect(findingLine(0, { ...finding, isRepaired: true })).toEqual({
    level: 'alarm',
    shard: 0,
    text: 'damaged counters in Redis: bucket 7: 3 too many; mended',
  });
  expect(findingLine(0, { ...finding, isRepaired: false }).text).not.toContain('mended');
});

it('a frozen shard waits for a person, and says why', () => {
  expect(frozenLine(2, 'two numbers')).toEqual({
    level: 'alarm',
    shard: 2,
    text: 'frozen until a person has looked: two numbers',
  });
});
