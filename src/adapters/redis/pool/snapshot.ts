import type { GateBucket, GateShard, GateSnapshot } from '../../../ports/pool-gate.ts';
import type { PoolState } from '../../../domain/pool.ts';
import { listOf, numberOrNull, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';
import { parseStreamId } from './stream-ids.ts';

/** Buckets that one script reads: it keeps the server from others meanwhile. */
const BUCKETS_AT_ONCE = 200;
/** How often a snapshot begins anew because the shard was opened or shut between its parts. */
const ATTEMPTS_MAX = 10;
const STATES: readonly PoolState[] = ['open', 'closing', 'closed'];

/**
 * Counters of all buckets. Those of one script are of one moment. The state of the shard is that of the
 * last script, so its last entry is at least as new as every counter: what is settled up to it, no
 * counter is ahead of.
 */
export async function readSnapshot(shard: ShardContext): Promise<GateSnapshot> {
  for (let attempt = 1; ; attempt += 1) {
    const snapshot = await tryToRead(shard, attempt === ATTEMPTS_MAX);
    if (snapshot !== undefined) return snapshot;
  }
}

async function tryToRead(
  { calls, keys }: ShardContext,
  isLast: boolean,
): Promise<GateSnapshot | undefined> {
  const [shardReply, createdReply] = listOf(
    await calls.read('read-shard', [keys.meta, keys.events], []),
  );
  let state = parseShard(shardReply);
  const createdEpochs = parseCreated(textsOf(createdReply));
  const bucketIds = [...createdEpochs.keys()];
  const buckets: GateBucket[] = [];
  for (let at = 0; at < bucketIds.length; at += BUCKETS_AT_ONCE) {
    const ids = bucketIds.slice(at, at + BUCKETS_AT_ONCE);
    const names = ids.flatMap((id) => [keys.bucket(id), keys.holds(id)]);
    const reply = await calls.read('read-buckets', [keys.meta, keys.events, ...names], []);
    const [nextReply, ...found] = listOf(reply);
    const next = parseShard(nextReply);
    const isSame = next.generation === state.generation && next.isOpen === state.isOpen;
    if (!isSame && !isLast) return undefined;
    // Not to be acted upon: recovery looks at open shards only to see that nothing is due.
    state = isSame ? next : { ...next, isOpen: false };
    buckets.push(...found.flatMap((fields, index) => parseBucket(ids[index] ?? 0, fields)));
  }
  return { ...state, buckets, createdEpochs };
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

function parseBucket(bucketId: number, reply: unknown): readonly GateBucket[] {
  if (reply === '') return [];
  const [epoch, state, ...counters] = textsOf(reply);
  const [grantVersion = 0, delegated = 0, avail = 0, held = 0, seq = 0, cum = 0, ret = 0] =
    counters.map(Number);
  const [acum = 0, floor = 0, isSound = 0] = counters.slice(7).map(Number);
  const counted = { grantVersion, delegated, avail, held, seq, cum, ret, acum, floor };
  const known = STATES.find((name) => name === state);
  return [
    {
      bucketId,
      epoch: Number(epoch),
      state: known ?? 'open',
      ...counted,
      isSound: isSound === 1 && known !== undefined,
    },
  ];
}
