import type { StreamId } from '../../domain/pool.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { TrimRequest } from '../../ports/pool-gate.ts';
import type { ShardDependencies } from './dependencies.ts';
import type { Position } from './settle-batch.ts';

/** What a settlement or a heartbeat left behind in the books. */
export interface Mark {
  readonly version: number;
  readonly token: string;
  readonly watermark: StreamId;
  readonly buckets: TrimRequest['buckets'];
}

/**
 * Tells Redis what is settled and lets it forget what is old. May come late, twice or never; a shard
 * that is shut ignores it.
 */
export async function acknowledge(
  { gate, settings }: Pick<ShardDependencies, 'gate' | 'settings'>,
  { shard, generation }: Position,
  { version, token, watermark, buckets }: Mark,
): Promise<void> {
  await failpoint('trim.before');
  await gate.trim({
    shard,
    generation,
    upTo: watermark,
    ackVersion: version,
    ackToken: token,
    buckets,
    retentionMs: settings.retentionMs,
  });
}
