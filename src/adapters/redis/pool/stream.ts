import type { PoolEvent, StreamEntry, StreamId } from '../../../domain/pool.ts';
import type { EventPage, TrimRequest } from '../../../ports/pool-gate.ts';
import { parseEvent } from './records.ts';
import { codeOf, digits, listOf, numberOrNull, textOf, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';
import { parseStreamId, streamIdText } from './stream-ids.ts';

const TRIM_EVENTS_AT_ONCE = 2000;
/** One call of trim() ends after so many rounds; what is left is for the next. */
const TRIM_ROUNDS_MAX = 50;

/** Reading and trimming the stream of one shard. */
export interface ShardStream {
  read(after: StreamId, countMax: number): Promise<EventPage>;
  trim(request: TrimRequest): Promise<void>;
}

/**
 * How many entries were ever added up to one of them (its position) is known once a page has reached
 * the end of the stream; from then on it is counted along. It tells how many entries are a backlog,
 * which the length of the stream does not: it also has those that are settled and kept.
 */
interface Position {
  readonly id: string;
  readonly entriesAdded: number;
}

export function createShardStream(shard: ShardContext): ShardStream {
  let position: Position | undefined;
  return {
    read: async (after, countMax) => {
      const page = await readPage(shard, streamIdText(after), countMax);
      const known = position?.id === streamIdText(after) ? position.entriesAdded : undefined;
      const end = page.isEnd
        ? page.entriesAdded
        : known === undefined
          ? undefined
          : known + page.entries.length;
      const lastId = page.entries.at(-1)?.id ?? after;
      position = end === undefined ? undefined : { id: streamIdText(lastId), entriesAdded: end };
      const backlog = page.entriesAdded - (end ?? page.entriesAdded - page.length);
      const { generation, isOpen, ackVersion, ackToken, entries } = page;
      return { generation, isOpen, ackVersion, ackToken, entries, backlog: Math.max(0, backlog) };
    },
    trim: (request) => {
      const isKnown = position?.id === streamIdText(request.upTo);
      return trimStream(shard, request, isKnown ? (position?.entriesAdded ?? null) : null);
    },
  };
}

interface Page extends Omit<EventPage, 'backlog'> {
  readonly length: number;
  readonly entriesAdded: number;
  readonly isEnd: boolean;
}

async function readPage(
  { calls, keys }: ShardContext,
  after: string,
  countMax: number,
): Promise<Page> {
  const reply = listOf(
    await calls.read('read-events', [keys.meta, keys.events], [after, digits(countMax)]),
  );
  const [generation, isOpen, ackVersion, ackToken, length, added, isEnd] = textsOf(
    reply.slice(0, 7),
  );
  return {
    generation: numberOrNull(generation),
    isOpen: isOpen === '1',
    ackVersion: numberOrNull(ackVersion) ?? 0,
    ackToken: ackToken === '' ? null : (ackToken ?? null),
    length: Number(length),
    entriesAdded: Number(added),
    isEnd: isEnd === '1',
    entries: listOf(reply[7]).map(parseEntry),
  };
}

function parseEntry(entry: unknown): StreamEntry {
  const [id, fields] = listOf(entry);
  const texts = textsOf(fields);
  return {
    id: parseStreamId(textOf(id)),
    events: parseEvents(texts),
    raw: JSON.stringify(texts),
  };
}

/** The lines of an entry, as lua/lib-records.lua has them; null when it is not one of ours, or damaged. */
function parseEvents([count, text, ...more]: readonly string[]): readonly PoolEvent[] | null {
  if (text === undefined || more.length > 0) return null;
  const events: PoolEvent[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const tab = line.indexOf('\t');
    const event = parseEvent(line.slice(0, tab), line.slice(tab + 1));
    if (event === undefined || tab < 1) return null;
    events.push(event);
  }
  return String(events.length) === count ? events : null;
}

async function trimStream(
  { calls, keys }: ShardContext,
  request: TrimRequest,
  position: number | null,
): Promise<void> {
  const { generation, upTo, ackVersion, ackToken, buckets, retentionMs } = request;
  const names = [keys.meta, keys.records, keys.events, keys.refusals];
  const args = [
    digits(generation),
    streamIdText(upTo),
    digits(ackVersion),
    ackToken,
    digits(retentionMs),
    digits(TRIM_EVENTS_AT_ONCE),
    position === null ? '' : digits(position),
    ...buckets.flatMap(({ epoch, settledCum }) => [digits(epoch), digits(settledCum)]),
  ];
  for (let round = 0; round < TRIM_ROUNDS_MAX; round += 1) {
    const reply = await calls.write(
      'trim-stream',
      [...names, ...buckets.map(({ bucketId }) => keys.bucket(bucketId))],
      args,
    );
    if (codeOf(reply, ['ok', 'more', 'fenced']) !== 'more') return;
  }
}
