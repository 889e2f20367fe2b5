import type { ReturnEvent, SaleEvent } from '../../../domain/pool.ts';
import type { PoolGate, RequestRecord } from '../../../ports/pool-gate.ts';
import { parseCounted, parseRecord } from './records.ts';
import { digits, textOf, textsOf } from './replies.ts';
import type { ShardContext } from './shard-context.ts';

const SCAN_COUNT = 1000;

export async function findRecord(
  { calls, keys }: ShardContext,
  requestId: string,
): Promise<RequestRecord> {
  const text = textOf(await calls.read('find-record', [keys.records], [requestId]));
  return text === '' ? null : parseRecord(requestId, text);
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
