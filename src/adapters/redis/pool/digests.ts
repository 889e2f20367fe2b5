import { digestGroupOf } from '../../../domain/pool.ts';
import type { MarkDigests } from '../../../domain/pool.ts';
import type { GateShard } from '../../../ports/pool-gate.ts';
import { textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';
import { readInParts } from './state.ts';

/** One digest for each group of buckets. */
export async function readDigests(shard: ShardContext): Promise<GateShard & MarkDigests> {
  const { state, parts } = await readInParts(shard, {
    file: 'digest-buckets',
    groups: byGroup,
    parse: ([id = 0], reply) => {
      const [buckets, digest = ''] = textsOf(reply);
      return { group: digestGroupOf(id), buckets: Number(buckets), digest };
    },
  });
  return {
    ...state,
    buckets: parts.reduce((sum, { buckets }) => sum + buckets, 0),
    digests: new Map(
      parts.filter(({ digest }) => digest !== '').map(({ group, digest }) => [group, digest]),
    ),
  };
}

function byGroup(ids: readonly number[]): readonly (readonly number[])[] {
  const groups = new Map<number, number[]>();
  for (const id of ids.toSorted((a, b) => a - b)) {
    const group = groups.get(digestGroupOf(id));
    if (group === undefined) groups.set(digestGroupOf(id), [id]);
    else group.push(id);
  }
  return [...groups.values()];
}
