import { isUpTo } from '../../domain/pool.ts';
import type { PoolBucket } from '../../domain/pool.ts';
import { about, frozenCommand } from '../../domain/reconcile/finding.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import type { ShardBooks, ShardProgress } from '../../ports/pool-books.ts';
import type { GateBucket, GateSnapshot } from '../../ports/pool-gate.ts';
import { lostTails, pairs, signOfRestore } from '../pools/judge-shard.ts';
import type { LostTailPair, Pair } from '../pools/judge-shard.ts';
import { bucketHead, bucketName } from './bucket-head.ts';

/** The books before Redis, Redis, and the books after it: what all three leave is a difference. */
export interface ShardReading {
  readonly before: ShardBooks;
  readonly snapshot: GateSnapshot;
  readonly now: ShardBooks;
}

export type Standing = 'unused' | 'comparable' | 'frozen' | 'ahead' | 'shut' | 'moved';

/**
 * Whether the three readings can be compared at all.
 * @param buckets that there are, where the readings are without them
 */
export function standingOf({ before, snapshot, now }: ShardReading, buckets = 0): Standing {
  const { progress } = now;
  if (progress.state === 'frozen') return 'frozen';
  if (signOfRestore(now, snapshot) !== null) return 'ahead';
  if (before.progress.generation !== progress.generation) return 'moved';
  const found = Math.max(buckets, now.buckets.length, snapshot.buckets.length);
  if (found === 0 && snapshot.lastEntryId === null) return 'unused';
  return isOpen(snapshot, progress) ? 'comparable' : 'shut';
}

/** Whether nothing about the shard as a whole keeps its buckets from being compared. */
export function isInOrder({ before, snapshot, now }: ShardReading): boolean {
  const { progress } = now;
  return (
    progress.state !== 'frozen' &&
    signOfRestore(now, snapshot) === null &&
    before.progress.generation === progress.generation &&
    isOpen(snapshot, progress)
  );
}

function isOpen(snapshot: GateSnapshot, progress: ShardProgress): boolean {
  const isSame = snapshot.isOpen && snapshot.generation === progress.generation;
  return isSame && progress.recoverRequest !== progress.generation;
}

/** Findings about the shard as a whole, where its buckets cannot be compared. */
export function judgeStanding(reading: ShardReading): readonly Finding[] {
  const { progress } = reading.now;
  const { shard } = progress;
  const head = { ...about(`shard ${shard}`), expected: null, actual: null };
  switch (standingOf(reading)) {
    case 'frozen': {
      const evidence = `shard ${shard} is frozen: ${progress.frozenReason ?? 'no reason was recorded'}`;
      const remedy = { kind: 'person', command: frozenCommand(shard) } as const;
      return [{ ...head, check: 'pools.frozen', severity: 'violation', evidence, remedy }];
    }
    case 'ahead': {
      const sign = signOfRestore(reading.now, reading.snapshot) ?? '';
      const evidence = `shard ${shard}: MySQL is older than Redis: ${sign}; what was settled in between is not in these books`;
      const remedy = { kind: 'freeze', shard } as const;
      return [{ ...head, check: 'pools.ahead', severity: 'violation', evidence, remedy }];
    }
    default:
      return [];
  }
}

/** Section 7 of docs/pool-protocol.md, bucket by bucket; only of a shard that is comparable. */
export function judgeBuckets(reading: ShardReading): readonly Finding[] {
  const { now, snapshot, before } = reading;
  const earlier = new Map(before.buckets.map((bucket) => [bucket.id, bucket]));
  const findings = pairs(now, snapshot).flatMap((pair) => [
    ...judgeBooks(pair.books),
    ...judgePair(pair, { before: earlier.get(pair.books.id) ?? null, snapshot }),
  ]);
  return [...findings, ...judgeTails(reading)];
}

function judgeTails({ now, snapshot }: ShardReading): readonly Finding[] {
  const { lastEntryId } = snapshot;
  if (lastEntryId !== null && !isUpTo(lastEntryId, now.progress.watermark)) return [];
  return lostTails(now, snapshot).map(lostTail);
}

function lostTail({ books, gate }: LostTailPair): Finding {
  const units = gate.cum - books.settledCum;
  return {
    ...bucketHead(books),
    check: 'pools.lost_tail',
    severity: 'drift',
    expected: gate.cum,
    actual: books.settledCum,
    inFlight: 0,
    evidence: `${bucketName(books)} made ${gate.seq} events, ${books.settledSeq} are settled and the stream has no more: ${units} units are not booked`,
    remedy: { kind: 'converge', shard: books.shard },
  };
}

/** What the books say of a bucket, without Redis. */
function judgeBooks(bucket: PoolBucket): readonly Finding[] {
  const { sold, returned, duplicates, settledCum } = bucket;
  const sum = sold + returned + duplicates;
  if (sum === settledCum) return [];
  return [
    {
      ...bucketHead(bucket),
      check: 'pools.booked',
      severity: 'violation',
      expected: settledCum,
      actual: sum,
      evidence: `${bucketName(bucket)} has ${settledCum} units settled, of which ${sum} are sold, returned or duplicates`,
      remedy: { kind: 'person', command: `inv pool show ${bucket.sku}` },
    },
  ];
}

interface Beside {
  readonly before: PoolBucket | null;
  readonly snapshot: GateSnapshot;
}

function judgePair({ books, gate }: Pair, beside: Beside): readonly Finding[] {
  // Closed between the readings, or about to be forgotten by Redis: all of it is settled.
  if (books.state === 'closed') return [];
  if (gate === null || gate.epoch < books.epoch) return judgeMissing(books, beside);
  // A grant under way: Redis is handed it in a moment.
  if (gate.grantVersion < books.grantVersion) return [];
  if (gate.delegated !== books.delegated) return [fork(books, gate)];
  if (!gate.isSound) return [unsound(books, gate)];
  return judgeNumbering(books, gate, beside);
}

/** A bucket that Redis never had is on its way to it; one that it had and has no more is lost. */
function judgeMissing(books: PoolBucket, { before, snapshot }: Beside): readonly Finding[] {
  if (before !== null && before.epoch !== books.epoch) return [];
  const wasThere =
    books.settledSeq > 0 || (snapshot.createdEpochs.get(books.id) ?? 0) >= books.epoch;
  if (!wasThere) return [];
  const left = books.delegated - books.settledCum;
  return [
    {
      ...bucketHead(books),
      check: 'pools.missing',
      severity: 'drift',
      expected: left,
      actual: 0,
      evidence: `${bucketName(books)} is gone from Redis, with the ${left} units that it had and what it sold of them since the last settlement`,
      remedy: { kind: 'recover', shard: books.shard },
    },
  ];
}

function fork(books: PoolBucket, gate: GateBucket): Finding {
  return {
    ...bucketHead(books),
    check: 'pools.cover',
    severity: 'violation',
    expected: books.delegated,
    actual: gate.delegated,
    evidence: `${bucketName(books)} has ${gate.delegated} units delegated in Redis, ${books.delegated} in the books, by the same grant ${books.grantVersion}`,
    remedy: { kind: 'freeze', shard: books.shard },
  };
}

function unsound(books: PoolBucket, gate: GateBucket): Finding {
  const { avail, held, cum, delegated } = gate;
  const sum = avail + held + cum;
  const counted = `${avail} available, ${held} held and ${cum} gone, of ${delegated} delegated`;
  const shared = {
    ...bucketHead(books),
    severity: 'drift',
    inFlight: Math.max(0, cum - books.settledCum),
    remedy: { kind: 'converge', shard: books.shard },
  } as const;
  if (sum === delegated && held >= 0) {
    const evidence = `${bucketName(books)} has ${counted}, and its holds do not add up to ${held}`;
    return { ...shared, check: 'holds.sum', expected: null, actual: held, evidence };
  }
  const evidence = `${bucketName(books)} has ${counted}: it sells nothing until that is mended`;
  return { ...shared, check: 'pools.identity', expected: delegated, actual: sum, evidence };
}

function judgeNumbering(
  books: PoolBucket,
  gate: GateBucket,
  { before }: Beside,
): readonly Finding[] {
  const shared = {
    ...bucketHead(books),
    severity: 'drift',
    remedy: { kind: 'recover', shard: books.shard },
  } as const;
  if (before?.epoch === books.epoch && before.settledSeq > gate.seq) {
    const evidence = `${bucketName(books)} is at event ${gate.seq} in Redis, ${before.settledSeq} were settled before: Redis went back`;
    const numbers = { expected: before.settledSeq, actual: gate.seq };
    return [{ ...shared, check: 'pools.rollback', ...numbers, evidence }];
  }
  if (gate.seq === books.settledSeq && gate.cum !== books.settledCum) {
    const evidence = `${bucketName(books)} has ${gate.cum} units gone in Redis, ${books.settledCum} in the books, after the same ${gate.seq} events`;
    const numbers = { expected: books.settledCum, actual: gate.cum };
    return [{ ...shared, check: 'pools.cum', ...numbers, evidence }];
  }
  return [];
}
