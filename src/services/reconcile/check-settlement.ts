import { about } from '../../domain/reconcile/finding.ts';
import type { Finding } from '../../domain/reconcile/finding.ts';
import type { PoolDependencies } from '../pools/dependencies.ts';
import type { ShardReading } from './judge-shard-books.ts';

/** Enough to say how many wait; more are not counted. */
const EVENTS_MAX = 1_000;

/** What is sold and waits too long to be booked: no worker runs, or one does not get on. */
export async function checkSettlement(
  { gate }: Pick<PoolDependencies, 'gate'>,
  { now, snapshot }: ShardReading,
  lateMs: number,
): Promise<readonly Finding[]> {
  const { shard, watermark } = now.progress;
  const { entries } = await gate.readEvents(shard, watermark, EVENTS_MAX);
  const [oldest] = entries;
  if (oldest === undefined) return [];
  const ageMs = snapshot.serverTimeMs - oldest.id.ms;
  if (ageMs < lateMs) return [];
  const waiting = entries.length;
  const atLeast = waiting < EVENTS_MAX ? String(waiting) : `${waiting} or more`;
  return [
    {
      ...about(`shard ${shard}`),
      check: 'pools.settlement',
      severity: 'drift',
      expected: 0,
      actual: waiting,
      evidence: `shard ${shard}: ${atLeast} entries wait to be booked, the oldest for ${Math.round(ageMs / 1000)} s`,
      remedy: { kind: 'settle', shard },
    },
  ];
}
