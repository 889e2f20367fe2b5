import { isUpTo } from '../../domain/pool.ts';
import type { PoolBucket, StreamEntry } from '../../domain/pool.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import { bucketHead, bucketName } from './bucket-head.ts';
import type { ShardReading } from './judge-shard-books.ts';

const EVENTS_AT_ONCE = 5_000;

/** Numbers of a bucket that no entry has. */
interface Hole {
  readonly from: number;
  readonly to: number;
  readonly units: number;
}

/** How far the numbers of one bucket have been followed. */
interface Trail {
  readonly bucket: PoolBucket;
  /** The last number and count of units that Redis had when it was read. */
  readonly lastSeq: number;
  readonly lastCum: number;
  seq: number;
  cum: number;
  readonly holes: Hole[];
}

/**
 * Looks for unsettled events that the stream has no more, by following the numbers of each bucket through
 * it. Only what is still unsettled after the stream was read counts: until then no entry of it may go.
 */
export async function checkNumbering(
  { books, gate }: Pick<PoolDependencies, 'books' | 'gate'>,
  { snapshot, now }: ShardReading,
): Promise<readonly Finding[]> {
  const { shard, generation, watermark } = now.progress;
  const { lastEntryId } = snapshot;
  // Where the stream has nothing more, the counters alone tell (lost tail).
  if (lastEntryId === null || isUpTo(lastEntryId, watermark)) return [];
  const trails = trailsOf({ snapshot, now });
  let after = watermark;
  while (!isUpTo(lastEntryId, after)) {
    const { entries } = await gate.readEvents(shard, after, EVENTS_AT_ONCE);
    const last = entries.at(-1);
    if (last === undefined) break;
    for (const entry of entries) follow(trails, entry);
    after = last.id;
  }
  for (const trail of trails.values()) end(trail);
  if ([...trails.values()].every(({ holes }) => holes.length === 0)) return [];
  const later = await books.shard(shard, { includeClosed: false });
  if (later.progress.generation !== generation) return [];
  return later.buckets.flatMap((bucket) => {
    const trail = trails.get(bucket.id);
    if (trail?.bucket.epoch !== bucket.epoch) return [];
    const holes = trail.holes.filter(({ from }) => from > bucket.settledSeq);
    return holes.map((hole) => holeFinding(bucket, hole));
  });
}

function trailsOf({ snapshot, now }: Pick<ShardReading, 'snapshot' | 'now'>): Map<number, Trail> {
  const gates = new Map(snapshot.buckets.map((bucket) => [bucket.bucketId, bucket]));
  const trails = new Map<number, Trail>();
  for (const bucket of now.buckets) {
    const seen = gates.get(bucket.id);
    if (seen?.epoch !== bucket.epoch) continue;
    const { settledSeq: seq, settledCum: cum } = bucket;
    trails.set(bucket.id, {
      ...{ bucket, lastSeq: seen.seq, lastCum: seen.cum },
      ...{ seq, cum, holes: [] },
    });
  }
  return trails;
}

function follow(trails: ReadonlyMap<number, Trail>, { events }: StreamEntry): void {
  for (const event of events ?? []) {
    if (event.kind !== 'sale' && event.kind !== 'return') continue;
    const trail = trails.get(event.bucketId);
    if (trail?.bucket.epoch !== event.epoch || event.seq <= trail.seq) continue;
    note(trail, { seq: event.seq - 1, cum: event.cum - event.quantity });
    trail.seq = event.seq;
    trail.cum = event.cum;
  }
}

function end(trail: Trail): void {
  note(trail, { seq: trail.lastSeq, cum: trail.lastCum });
}

/** What lies between the last number and this one. */
function note(
  { seq, cum, holes }: Trail,
  upTo: { readonly seq: number; readonly cum: number },
): void {
  if (upTo.seq > seq) holes.push({ from: seq + 1, to: upTo.seq, units: upTo.cum - cum });
}

function holeFinding(bucket: PoolBucket, { from, to, units }: Hole): Finding {
  const events = from === to ? `event ${from}` : `events ${from} to ${to}`;
  return {
    ...bucketHead(bucket),
    check: 'pools.lost_tail',
    severity: 'drift',
    expected: 0,
    actual: units,
    inFlight: 0,
    evidence: `${bucketName(bucket)}: ${events} are in no entry of the stream and not settled: ${units} units are not booked`,
    remedy: { kind: 'settle', shard: bucket.shard },
  };
}
