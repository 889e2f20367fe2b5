import type { GateBucket, GateSnapshot } from '../../../ports/pool-gate.ts';
import type { PoolState } from '../../../domain/pool.ts';
import { textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';
import { readInParts } from './state.ts';

/** Buckets that one script reads: it keeps the server from others meanwhile. */
const BUCKETS_AT_ONCE = 200;
const STATES: readonly PoolState[] = ['open', 'closing', 'closed'];

/**
 * Counters of all buckets.
 * @param only buckets that are looked at; without it all
 */
export async function readSnapshot(
  shard: ShardContext,
  only?: ReadonlySet<number>,
): Promise<GateSnapshot> {
  const { state, epochs, parts } = await readInParts(shard, {
    file: 'read-buckets',
    groups: (created) => {
      const asked = only === undefined ? created : created.filter((id) => only.has(id));
      return chunksOf(asked, BUCKETS_AT_ONCE);
    },
    parse: (ids, reply) =>
      textsOf(reply).flatMap((text, index) => parseBucket(ids[index] ?? 0, text)),
  });
  return { ...state, buckets: parts.flat(), createdEpochs: epochs };
}

function chunksOf(ids: readonly number[], size: number): readonly (readonly number[])[] {
  const count = Math.ceil(ids.length / size);
  return Array.from({ length: count }, (_, at) => ids.slice(at * size, (at + 1) * size));
}

function parseBucket(bucketId: number, text: string): readonly GateBucket[] {
  if (text === '') return [];
  const fields = text.split(' ');
  const state = STATES.find((name) => name === fields.slice(11).join(' '));
  const number = (at: number): number => Number(fields[at]);
  return [
    {
      bucketId,
      epoch: number(0),
      state: state ?? 'open',
      grantVersion: number(1),
      delegated: number(2),
      avail: number(3),
      held: number(4),
      seq: number(5),
      cum: number(6),
      ret: number(7),
      acum: number(8),
      floor: number(9),
      isSound: fields[10] === '1' && state !== undefined,
    },
  ];
}
