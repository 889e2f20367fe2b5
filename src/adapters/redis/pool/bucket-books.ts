import type { PoolBucket } from '../../../domain/pool.ts';
import type { ConvergeAnswer, PoolGate, WithdrawAnswer } from '../../../ports/pool-gate.ts';
import { directionsOf, placeOf } from './directory.ts';
import { codeOf, digits, digitsOrEmpty, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';

/** Holds that one call gives back at most, about. */
export const HOLDS_AT_ONCE = 1000;

/** ARGV[1] to ARGV[13] of lua/converge-bucket.lua and lua/load-bucket.lua. */
export function booksOf(
  generation: number,
  bucket: PoolBucket,
  lossLimit: number | null,
): readonly string[] {
  const { floor, perBuyer, startsAtMs, endsAtMs } = bucket.terms;
  return [
    digits(generation),
    digits(bucket.id),
    digits(bucket.epoch),
    bucket.state,
    digits(bucket.grantVersion),
    digits(bucket.delegated),
    digits(floor),
    digitsOrEmpty(lossLimit),
    digitsOrEmpty(perBuyer),
    digitsOrEmpty(startsAtMs),
    digitsOrEmpty(endsAtMs),
    placeOf(bucket),
    directionsOf(bucket),
  ];
}

export async function convergeBucket(
  { calls, keys }: ShardContext,
  generation: number,
  bucket: PoolBucket,
  lossLimit: number | null,
): Promise<ConvergeAnswer> {
  const reply = await calls.write(
    'converge-bucket',
    [...keys.head, ...keys.all(bucket.id), keys.directory, keys.audit],
    [
      ...booksOf(generation, bucket, lossLimit),
      digits(bucket.settledSeq),
      digits(bucket.settledCum),
      digits(bucket.settledRet),
    ],
  );
  const [code, repaired] = textsOf(reply);
  if (code === 'ok') return { status: 'ok', repaired: Number(repaired) };
  return {
    status: codeOf(code, ['created', 'missing', 'epoch', 'fork', 'stale', 'retry', 'fenced']),
  };
}

export async function closeBucket(
  { calls, keys, settings }: ShardContext,
  generation: number,
  bucket: PoolBucket,
): Promise<Awaited<ReturnType<PoolGate['close']>>> {
  for (;;) {
    const reply = await calls.write(
      'close-bucket',
      [...keys.head, ...keys.all(bucket.id)],
      [
        digits(generation),
        digits(settings.retentionMs),
        digits(bucket.id),
        digits(bucket.epoch),
        digits(HOLDS_AT_ONCE),
      ],
    );
    const code = codeOf(reply, ['ok', 'more', 'epoch', 'no_pool', 'fenced']);
    if (code !== 'more') return code;
  }
}

export async function withdrawUnits(
  { calls, keys }: ShardContext,
  { generation, bucket, requestId, quantity }: Parameters<PoolGate['withdraw']>[0],
): Promise<WithdrawAnswer> {
  const reply = await calls.write(
    'withdraw-units',
    [...keys.head, ...keys.all(bucket.id)],
    [digits(generation), digits(bucket.id), digits(bucket.epoch), requestId, digits(quantity)],
  );
  const [code, units] = textsOf(reply);
  if (code === 'returned') return { status: 'returned', quantity: Number(units) };
  return { status: codeOf(code, ['zero', 'known', 'epoch', 'corrupt', 'no_pool', 'fenced']) };
}

export async function dropBucket(
  { calls, keys }: ShardContext,
  generation: number,
  bucket: PoolBucket,
): Promise<Awaited<ReturnType<PoolGate['drop']>>> {
  const reply = await calls.write(
    'drop-bucket',
    [keys.meta, keys.bucket(bucket.id), keys.buyers(bucket.id), keys.directory],
    [digits(generation), digits(bucket.id), digits(bucket.epoch), placeOf(bucket)],
  );
  return codeOf(reply, ['ok', 'epoch', 'fenced']);
}
