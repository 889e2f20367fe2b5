import type { PoolBucket } from '../../../domain/pool.ts';
import type { BeginAnswer } from '../../../ports/gate-process.ts';
import type { BuyerUnits, PoolGate } from '../../../ports/pool-gate.ts';
import { booksOf, HOLDS_AT_ONCE } from './bucket-books.ts';
import { codeOf, digits } from './replies.ts';
import type { ShardContext } from './shard-context.ts';

const BUYERS_AT_ONCE = 1000;

export async function beginRecovery(
  { calls, keys }: ShardContext,
  generation: number,
  token: string,
): Promise<BeginAnswer> {
  const reply = await calls.write('begin-recovery', [keys.meta], [digits(generation), token]);
  const code = codeOf(reply, ['lost', 'lossy', 'begun']);
  return code === 'lost' ? { status: 'lost' } : { status: 'begun', lossy: code === 'lossy' };
}

export async function shutShard({ calls, keys }: ShardContext, generation: number): Promise<void> {
  codeOf(await calls.write('shut-shard', [keys.meta], [digits(generation)]), ['ok', 'other']);
}

export async function loadBucket(
  shard: ShardContext,
  { generation, token }: { readonly generation: number; readonly token: string },
  bucket: PoolBucket,
  extra: Parameters<PoolGate['load']>[3],
): Promise<'ok' | 'refused'> {
  const { calls, keys, settings } = shard;
  const args = [
    ...booksOf(generation, bucket, extra.lossLimit),
    token,
    digits(settings.retentionMs),
    digits(HOLDS_AT_ONCE),
  ];
  const names = [...keys.head, ...keys.all(bucket.id), keys.directory];
  for (;;) {
    const code = codeOf(await calls.write('load-bucket', names, args), ['ok', 'more', 'refused']);
    if (code === 'refused') return code;
    if (code === 'ok') break;
  }
  return bucket.state === 'closed'
    ? 'ok'
    : loadBuyers(shard, { generation, token }, bucket.id, extra.buyers);
}

async function loadBuyers(
  { calls, keys }: ShardContext,
  { generation, token }: { readonly generation: number; readonly token: string },
  bucketId: number,
  buyers: BuyerUnits,
): Promise<'ok' | 'refused'> {
  for (let at = 0; at < buyers.length; at += BUYERS_AT_ONCE) {
    const reply = await calls.write(
      'load-buyers',
      [keys.meta, keys.buyers(bucketId)],
      [
        digits(generation),
        token,
        ...buyers
          .slice(at, at + BUYERS_AT_ONCE)
          .flatMap(([buyer, units]) => [buyer, digits(units)]),
      ],
    );
    if (codeOf(reply, ['ok', 'refused']) === 'refused') return 'refused';
  }
  return 'ok';
}

export async function adoptShard(
  { calls, keys }: ShardContext,
  generation: number,
  token: string,
): Promise<'ok' | 'refused'> {
  const reply = await calls.write('adopt-shard', [keys.meta], [digits(generation), token]);
  return codeOf(reply, ['ok', 'refused']);
}
