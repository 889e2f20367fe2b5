import type { PoolGate } from '../../../ports/pool-gate.ts';
import type { OverdueHold } from '../../../ports/request-record.ts';
import { HOLDS_AT_ONCE } from './bucket-books.ts';
import { codeOf, digits, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';

type ReleaseRequest = Parameters<PoolGate['release']>[0];

export async function releaseHold(
  { calls, keys, settings }: ShardContext,
  { generation, bucketId, requestId }: ReleaseRequest,
): Promise<Awaited<ReturnType<PoolGate['release']>>> {
  const reply = await calls.write(
    'release-hold',
    [...keys.head, ...keys.all(bucketId)],
    [digits(generation), digits(settings.retentionMs), digits(bucketId), requestId],
  );
  return codeOf(reply, ['released', 'no_hold', 'fenced', 'corrupt']);
}

/** Holds that nobody has given back though their deadline passed so long ago, longest overdue first. */
export async function listOverdueHolds(
  { calls, keys }: ShardContext,
  { lateMs, limit }: { readonly lateMs: number; readonly limit: number },
): Promise<readonly OverdueHold[]> {
  const due = textsOf(
    await calls.read('list-due', [keys.deadlines], [digits(limit), digits(lateMs)]),
  );
  return due.map((member) => {
    const colon = member.indexOf(':');
    return { bucketId: Number(member.slice(0, colon)), requestId: member.slice(colon + 1) };
  });
}

/** @returns how many holds were given back; null = fenced */
export async function expireDueHolds(
  { calls, keys, settings }: ShardContext,
  generation: number,
  limit: number,
): Promise<number | null> {
  const due = textsOf(
    await calls.read('list-due', [keys.deadlines], [digits(Math.min(limit, HOLDS_AT_ONCE)), '0']),
  );
  if (due.length === 0) return 0;
  const numbers = new Map<string, number>();
  const holds = due.flatMap((member) => {
    const colon = member.indexOf(':');
    const bucketId = member.slice(0, colon);
    const number = numbers.get(bucketId) ?? numbers.size + 1;
    numbers.set(bucketId, number);
    return [String(number), member.slice(colon + 1)];
  });
  const bucketIds = [...numbers.keys()];
  const reply = await calls.write(
    'expire-holds',
    [...keys.head, ...bucketIds.flatMap((bucketId) => keys.all(bucketId))],
    [digits(generation), digits(settings.retentionMs), ...bucketIds, ...holds],
  );
  return reply === 'fenced' ? null : Number(reply);
}
