import type { ReturnEvent, SaleEvent } from '../../../domain/pool.ts';
import type { PoolGate } from '../../../ports/pool-gate.ts';
import type { FoundRequest, RequestRecord } from '../../../ports/request-record.ts';
import { parsePoolPlace } from './directory.ts';
import { parseCounted, parseRecord } from './records.ts';
import { digits, numberOrNull, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';

const SCAN_COUNT = 1000;

/** The record of an id in one shard, with what the shard says of itself. */
interface ShardRecord {
  readonly shard: number;
  readonly serverTimeMs: number;
  readonly generation: number | null;
  readonly record: RequestRecord;
}

export async function findRecord(
  { shard, calls, keys }: ShardContext,
  requestId: string,
): Promise<ShardRecord> {
  const names = [keys.meta, keys.records, keys.directory];
  const reply = await calls.read('find-record', names, [requestId]);
  const [time, generation, text = '', place = ''] = textsOf(reply);
  return {
    shard,
    serverTimeMs: Number(time),
    generation: numberOrNull(generation),
    record: text === '' ? null : parseRecord(requestId, text, parsePoolPlace(place)),
  };
}

/** Asks every shard; one that sold or holds goes before those that refused. */
export async function findRequest(
  shards: readonly ShardContext[],
  requestId: string,
): Promise<FoundRequest> {
  const answers = await Promise.all(shards.map((shard) => findRecord(shard, requestId)));
  const known = answers.flatMap(({ record, shard, generation }) =>
    record === null ? [] : [{ record, shard, generation }],
  );
  return {
    serverTimeMs: Math.min(...answers.map(({ serverTimeMs }) => serverTimeMs)),
    found: known.find(({ record }) => record.status !== 'no') ?? known[0] ?? null,
  };
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
