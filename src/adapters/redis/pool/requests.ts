import type { ReturnEvent, SaleEvent } from '../../../domain/pool.ts';
import { createCoalescer } from '../../../lib/coalescer.ts';
import { InvError } from '../../../lib/errors.ts';
import type { PoolGate } from '../../../ports/pool-gate.ts';
import type { FoundRequest, RequestRecord } from '../../../ports/request-record.ts';
import { answersOf, whyOf } from './answers-of.ts';
import { parsePoolPlace } from './directory.ts';
import { parseCounted, parseRecord } from './records.ts';
import { digits, numberOrNull, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';

const SCAN_COUNT = 1000;
/** Questions that wait for a call, in calls. */
const WAITING_CALLS_MAX = 32;

/** The record of an id in one shard, with what the shard says of itself. */
interface ShardRecord {
  readonly shard: number;
  readonly serverTimeMs: number;
  readonly generation: number | null;
  readonly record: RequestRecord;
}

/** Finds the record of an id in one shard; those that are asked for together travel together. */
export type FindRecord = (requestId: string) => Promise<ShardRecord>;

export function createFindRecord(shard: ShardContext): FindRecord {
  const { batchRequestsMax, callsInFlightMax } = shard.settings;
  return createCoalescer<string, ShardRecord>({
    limits: {
      requestsMax: batchRequestsMax,
      bytesMax: Infinity,
      callsInFlightMax,
      waitingMax: batchRequestsMax * WAITING_CALLS_MAX,
    },
    send: (requestIds) => readRecords(shard, requestIds),
    sizeOf: (requestId) => requestId.length,
    fit: () => true,
    overflow: () =>
      Promise.reject(
        new InvError('STORE_UNAVAILABLE', 'too many requests wait for Redis', {
          hint: 'slow down, or share the work among more processes',
          facts: { store: 'redis' },
        }),
      ),
  });
}

async function readRecords(
  { shard, calls, keys }: ShardContext,
  requestIds: readonly string[],
): Promise<readonly ShardRecord[]> {
  const names = [keys.meta, keys.records, keys.directory];
  const [time, generationText, ...found] = textsOf(
    await calls.read('find-records', names, requestIds),
  );
  const serverTimeMs = Number(time);
  const generation = numberOrNull(generationText);
  return requestIds.map((requestId, at) => {
    const [text = '', place = ''] = found.slice(2 * at, 2 * at + 2);
    const record = text === '' ? null : parseRecord(requestId, text, parsePoolPlace(place));
    return { shard, serverTimeMs, generation, record };
  });
}

/**
 * Asks every shard; one that sold or holds goes before those that refused, or whose record nobody can read.
 * @throws InvError when none of those that answer sold or holds, and others do not answer
 */
export async function findRequest(
  shards: readonly RecordShard[],
  requestId: string,
): Promise<FoundRequest> {
  const { given, silent } = await answersOf(shards, ({ findRecord }) => findRecord(requestId));
  const known = given.flatMap(({ record, shard, generation }) =>
    record === null ? [] : [{ record, shard, generation }],
  );
  const withUnits = known.find(({ record: { status } }) => status === 'sold' || status === 'held');
  if (withUnits === undefined && silent.size > 0) throw whyOf(silent);
  return {
    serverTimeMs: Math.min(...given.map(({ serverTimeMs }) => serverTimeMs)),
    found:
      withUnits ??
      known.find(({ record: { status } }) => status === 'unreadable') ??
      known[0] ??
      null,
  };
}

interface RecordShard extends Pick<ShardContext, 'shard'> {
  readonly findRecord: FindRecord;
}

/** Looks at every record of the shard: for holes in the stream, which do not come by themselves. */
export async function findEvents(
  { calls, keys }: ShardContext,
  { bucketId, epoch, fromSeq, toSeq }: Parameters<PoolGate['findEvents']>[0],
): Promise<readonly (SaleEvent | ReturnEvent)[]> {
  const bySeq = new Map<number, SaleEvent | ReturnEvent>();
  const range = [bucketId, epoch, fromSeq, toSeq].map(digits);
  let cursor = '0';
  do {
    const reply = await calls.read(
      'find-events',
      [keys.records],
      [cursor, digits(SCAN_COUNT), ...range],
    );
    const [next = '0', ...found] = textsOf(reply);
    for (let at = 0; at < found.length; at += 2) {
      const event = parseCounted(found[at] ?? '', found[at + 1] ?? '');
      // A scan may show a record twice.
      if (event !== undefined) bySeq.set(event.seq, event);
    }
    cursor = next;
  } while (cursor !== '0');
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
