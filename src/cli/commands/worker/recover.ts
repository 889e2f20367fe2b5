import { reviveShard } from '../../../services/pools/revive-shard.ts';
import type { RecoverOutcome } from '../../../services/pools/recover-outcome.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { Context } from '../../context.ts';
import { refuseDryRun } from '../../refuse-dry-run.ts';
import type { Style } from '../../terminal/types.ts';
import { requireShard } from './shard-option.ts';
import type { ShardOptions } from './shard-option.ts';

interface Recovered {
  readonly shard: number;
  readonly outcome: RecoverOutcome;
}

/**
 * What a worker does by itself, at once: checks each shard against the books and opens it again. Exit
 * code 6 when one is frozen, 75 when another process is at it.
 */
export async function runWorkerRecover(context: Context, { shard }: ShardOptions): Promise<void> {
  const { terminal } = context;
  refuseDryRun(context, 'a recovery is done or not', 'inv worker status');
  terminal.checkFields(['shard', 'outcome', 'lossy', 'lost_max', 'reason', 'buckets']);
  if (shard !== undefined) requireShard(context, shard);
  const dependencies = await context.pools();
  const { shards } = dependencies.gate;
  const wanted = shard === undefined ? Array.from({ length: shards }, (_, at) => at) : [shard];
  const progress = terminal.progress('recovering');
  context.underWay(() => ({
    message: 'a shard that was begun stays shut until it is recovered',
    hint: 'inv worker recover',
  }));
  const recovered: Recovered[] = [];
  try {
    for (const one of wanted) {
      recovered.push({ shard: one, outcome: await reviveShard(dependencies, one) });
    }
  } finally {
    progress.stop();
  }
  context.underWay(null);
  const rows = recovered.map(documentOf);
  await terminal.print({
    document: rows,
    rows,
    receipt: true,
    human: (style) => recovered.flatMap((one) => linesOf(one, style)),
  });
  const has = (status: RecoverOutcome['status']): boolean =>
    recovered.some(({ outcome }) => outcome.status === status);
  if (has('frozen')) context.finishWith('PENDING');
  else if (has('busy')) context.finishWith('BUSY');
}

function documentOf({ shard, outcome }: Recovered): JsonObject {
  const buckets = 'buckets' in outcome ? outcome.buckets : [];
  return {
    shard,
    outcome: outcome.status,
    lossy: outcome.status === 'rebuilt' && outcome.lossy,
    lost_max: buckets.reduce((sum, bucket) => sum + bucket.lostMax, 0),
    reason: 'reason' in outcome ? outcome.reason : null,
    buckets: buckets.map((bucket) => ({
      bucket_id: bucket.bucketId,
      sku: bucket.sku,
      location: bucket.location,
      epoch: bucket.epoch,
      delegated: bucket.delegated,
      lost_max: bucket.lostMax,
      quarantined: bucket.quarantined,
    })),
  };
}

function linesOf({ shard, outcome }: Recovered, style: Style): readonly string[] {
  const name = `shard ${String(shard)}`;
  const ok = style.green(style.mark.ok);
  switch (outcome.status) {
    case 'not_due':
      return [`${ok} ${name} is open: nothing to recover`];
    case 'adopted':
      return [
        `${ok} ${name} is open again: Redis has all that ${outcome.buckets.length === 0 ? 'it should' : 'the books know of'}`,
        ...outcome.buckets.map(({ sku, location, lostMax }) =>
          style.yellow(
            `  ${style.mark.warn} ${sku} at ${location}: at most ${String(lostMax)} that Redis had sold may be lost`,
          ),
        ),
      ];
    case 'rebuilt':
      return [
        `${ok} ${name} is open again, loaded anew from the books, because ${outcome.reason}`,
        ...outcome.buckets.map((bucket) => {
          const kept = `${String(bucket.delegated)} of ${bucket.sku} at ${bucket.location} go on selling`;
          if (bucket.lostMax === 0) return `  ${kept}; nothing was lost`;
          const aside =
            bucket.quarantined === 0 ? '' : `, ${String(bucket.quarantined)} are kept for them`;
          return style.yellow(
            `  ${style.mark.warn} ${kept}; at most ${String(bucket.lostMax)} that Redis had sold may be lost${aside}`,
          );
        }),
      ];
    case 'frozen':
      return [
        `${style.red(style.mark.fail)} ${name} is frozen: ${outcome.reason}`,
        `  ${style.cyan('try:')} inv worker status`,
      ];
    case 'busy':
      return [`${style.yellow(style.mark.warn)} ${name} is being recovered by another process`];
  }
}
