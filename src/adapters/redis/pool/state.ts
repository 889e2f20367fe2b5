import type { GateShard } from '../../../ports/pool-gate.ts';
import { listOf, numberOrNull, textOf, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';
import { parseStreamId } from './stream-ids.ts';

/** Scripts that are on their way at once: the server reads while we do. */
const SCRIPTS_AT_ONCE = 4;
/** How often a reading begins anew because the shard was opened or shut between its parts. */
const ATTEMPTS_MAX = 10;

export async function readState({ calls, keys }: ShardContext): Promise<GateShard> {
  // Of no bucket: the state alone.
  const [state] = listOf(await calls.read('read-buckets', [keys.meta, keys.events], []));
  return parseState(state);
}

/** The state, and the highest epoch ever created of each bucket. */
async function readCreated({
  calls,
  keys,
}: ShardContext): Promise<{ readonly state: GateShard; readonly epochs: Map<number, number> }> {
  const [state, created] = listOf(await calls.read('read-shard', [keys.meta, keys.events], []));
  const numbers = textOf(created).split(' ').map(Number);
  const epochs = new Map<number, number>();
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    epochs.set(numbers[at] ?? 0, numbers[at + 1] ?? 0);
  }
  return { state: parseState(state), epochs };
}

/** How a shard is read that has more buckets than one script may read. */
export interface PartsReading<T> {
  readonly file: 'read-buckets' | 'digest-buckets';
  /** Buckets of each script, from those that Redis ever had. */
  readonly groups: (created: readonly number[]) => readonly (readonly number[])[];
  /** What the script says behind the state. */
  readonly parse: (ids: readonly number[], reply: readonly unknown[]) => T;
}

export interface Parts<T> {
  readonly state: GateShard;
  readonly epochs: ReadonlyMap<number, number>;
  readonly parts: readonly T[];
}

/**
 * All parts of one shard. What one script reads is of one moment. The state of the shard is that of the
 * last script, so its last entry is at least as new as everything that was read: what is settled up to it,
 * no counter is ahead of.
 */
export async function readInParts<T>(
  shard: ShardContext,
  reading: PartsReading<T>,
): Promise<Parts<T>> {
  for (let attempt = 1; ; attempt += 1) {
    const whole = await tryToRead(shard, reading, attempt === ATTEMPTS_MAX);
    if (whole !== undefined) return whole;
  }
}

async function tryToRead<T>(
  shard: ShardContext,
  { file, groups, parse }: PartsReading<T>,
  isLast: boolean,
): Promise<Parts<T> | undefined> {
  const { calls, keys } = shard;
  const { state: first, epochs } = await readCreated(shard);
  let state = first;
  const parts: T[] = [];
  const read = async (ids: readonly number[]): Promise<{ next: GateShard; part: T }> => {
    const names = ids.flatMap((id) => [keys.bucket(id), keys.holds(id)]);
    const reply = await calls.read(file, [keys.meta, keys.events, ...names], []);
    const [next, ...rest] = listOf(reply);
    return { next: parseState(next), part: parse(ids, rest) };
  };
  const all = groups([...epochs.keys()]);
  for (let at = 0; at < all.length; at += SCRIPTS_AT_ONCE) {
    // Sent in this order on one connection, so they are read in it as well.
    for (const { next, part } of await Promise.all(all.slice(at, at + SCRIPTS_AT_ONCE).map(read))) {
      const isSame = next.generation === state.generation && next.isOpen === state.isOpen;
      if (!isSame && !isLast) return undefined;
      // Not to be acted upon: recovery looks at open shards only to see that nothing is due.
      state = isSame ? next : { ...next, isOpen: false };
      parts.push(part);
    }
  }
  return { state, epochs, parts };
}

function parseState(reply: unknown): GateShard {
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
