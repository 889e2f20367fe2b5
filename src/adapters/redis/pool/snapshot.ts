import type { GateBucket, GateShard, GateSnapshot } from '../../../ports/pool-gate.ts';
import type { PoolState } from '../../../domain/pool.ts';
import { listOf, numberOrNull, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';
import { parseStreamId } from './stream-ids.ts';

/** Buckets that one script reads: it keeps the server from others meanwhile. */
const BUCKETS_AT_ONCE = 200;
/** Scripts that are on their way at once: the server reads while we do. */
const SCRIPTS_AT_ONCE = 4;
/** How often a snapshot begins anew because the shard was opened or shut between its parts. */
const ATTEMPTS_MAX = 10;
const STATES: readonly PoolState[] = ['open', 'closing', 'closed'];

/**
 * Counters of all buckets. Those of one script are of one moment. The state of the shard is that of the
 * last script, so its last entry is at least as new as every counter: what is settled up to it, no
 * counter is ahead of.
 * @param only buckets that are looked at; without it all
 */
export async function readSnapshot(
  shard: ShardContext,
  only?: ReadonlySet<number>,
): Promise<GateSnapshot> {
  for (let attempt = 1; ; attempt += 1) {
    const snapshot = await tryToRead(shard, { only, isLast: attempt === ATTEMPTS_MAX });
    if (snapshot !== undefined) return snapshot;
  }
}

async function tryToRead(
  { calls, keys }: ShardContext,
  { only, isLast }: { readonly only: ReadonlySet<number> | undefined; readonly isLast: boolean },
): Promise<GateSnapshot | undefined> {
  const [shardReply, createdReply] = listOf(
    await calls.read('read-shard', [keys.meta, keys.events], []),
  );
  let state = parseShard(shardReply);
  const createdEpochs = parseCreated(textsOf(createdReply));
  const created = [...createdEpochs.keys()];
  const bucketIds = only === undefined ? created : created.filter((id) => only.has(id));
  const buckets: GateBucket[] = [];
  const read = async (ids: readonly number[]): Promise<Part> => {
    const names = ids.flatMap((id) => [keys.bucket(id), keys.holds(id)]);
    const reply = await calls.read('read-buckets', [keys.meta, keys.events, ...names], []);
    const [shardReply, ...found] = listOf(reply);
    const texts = textsOf(found);
    const parsed = texts.flatMap((text, index) => parseBucket(ids[index] ?? 0, text));
    return { next: parseShard(shardReply), parsed };
  };
  const chunks = chunksOf(bucketIds, BUCKETS_AT_ONCE);
  for (let at = 0; at < chunks.length; at += SCRIPTS_AT_ONCE) {
    // Sent in this order on one connection, so they are read in it as well.
    const parts = await Promise.all(chunks.slice(at, at + SCRIPTS_AT_ONCE).map(read));
    for (const { next, parsed } of parts) {
      const isSame = next.generation === state.generation && next.isOpen === state.isOpen;
      if (!isSame && !isLast) return undefined;
      // Not to be acted upon: recovery looks at open shards only to see that nothing is due.
      state = isSame ? next : { ...next, isOpen: false };
      buckets.push(...parsed);
    }
  }
  return { ...state, buckets, createdEpochs };
}

interface Part {
  readonly next: GateShard;
  readonly parsed: readonly GateBucket[];
}

function chunksOf(ids: readonly number[], size: number): readonly (readonly number[])[] {
  const count = Math.ceil(ids.length / size);
  return Array.from({ length: count }, (_, at) => ids.slice(at * size, (at + 1) * size));
}

function parseShard(reply: unknown): GateShard {
  const [generation, isOpen, ackVersion, ackToken, lastGenerated, lastEntry, time] = textsOf(reply);
  return {
    generation: numberOrNull(generation),
    isOpen: isOpen === '1',
    ackVersion: numberOrNull(ackVersion) ?? 0,
    ackToken: ackToken === '' ? null : (ackToken ?? null),
    lastGeneratedId: parseStreamId(lastGenerated ?? ''),
    lastEntryId: lastEntry === undefined || lastEntry === '' ? null : parseStreamId(lastEntry),
    serverTimeMs: Number(time),
  };
}

function parseCreated(texts: readonly string[]): ReadonlyMap<number, number> {
  const created = new Map<number, number>();
  for (let at = 0; at < texts.length; at += 2) {
    created.set(Number(texts[at]), Number(texts[at + 1]));
  }
  return created;
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
