import type {
  ConfirmRequest,
  HoldRequest,
  SaleAnswer,
  SaleRequest,
} from '../../../ports/pool-gate.ts';
import { createCoalescer } from './coalescer.ts';
import { bucketKeys, headKeys } from './keys.ts';
import type { ShardKeys } from './keys.ts';
import { digits, numberOrNull, textsOf } from './replies.ts';
import { packConfirm, packHold, packSale, parseAnswer, sizeOf } from './sale-call.ts';
import type { PackedRequest } from './sale-call.ts';
import type { ShardContext } from './shard-context.ts';

/** A call beyond this size would keep the server from others for too long. */
const CALL_BYTES_MAX = 1_048_576;
/** Requests that wait for a call, in calls: with more, the process takes more than Redis can serve. */
const WAITING_CALLS_MAX = 32;

/** Selling, holding and confirming in one shard, coalesced. */
export interface ShardOrders {
  sell(request: SaleRequest): Promise<SaleAnswer>;
  hold(request: HoldRequest): Promise<SaleAnswer>;
  confirm(request: ConfirmRequest): Promise<SaleAnswer>;
}

export function createShardOrders(shard: ShardContext): ShardOrders {
  const { batchRequestsMax, callsInFlightMax } = shard.settings;
  const submit = createCoalescer<PackedRequest, SaleAnswer>({
    limits: {
      requestsMax: batchRequestsMax,
      bytesMax: CALL_BYTES_MAX,
      callsInFlightMax,
      waitingMax: batchRequestsMax * WAITING_CALLS_MAX,
    },
    send: (requests) => sendOrders(shard, requests),
    sizeOf,
    fit: (first, other) => first.generation === other.generation,
    overflow: () => ({ status: 'busy' }),
  });
  return {
    sell: (request) => submit(packSale(request)),
    hold: (request) => submit(packHold(request)),
    confirm: (request) => submit(packConfirm(request)),
  };
}

async function sendOrders(
  { calls, keys, settings }: ShardContext,
  requests: readonly PackedRequest[],
): Promise<readonly SaleAnswer[]> {
  const { bucketIds, terms } = argumentsOf(requests);
  const reply = await calls.write('sell-orders', orderKeys(keys, bucketIds), [
    digits(requests[0]?.generation ?? 0),
    digits(settings.retentionMs),
    digits(settings.backlogEntriesMax),
    ...bucketIds.map(digits),
    ...terms,
  ]);
  const [text = '', generationText] = textsOf(reply);
  if (text === 'FENCED') {
    const generation = numberOrNull(generationText);
    return requests.map(() => ({ status: 'fenced', generation }));
  }
  return text.split('\n').map(parseAnswer);
}

function orderKeys(keys: ShardKeys, bucketIds: readonly number[]): readonly string[] {
  return [...headKeys(keys), ...bucketIds.flatMap((bucketId) => bucketKeys(keys, bucketId))];
}

/** Numbers the buckets of a call from 1, in the order in which they come up. */
function argumentsOf(requests: readonly PackedRequest[]): {
  readonly bucketIds: readonly number[];
  readonly terms: readonly string[];
} {
  const numbers = new Map<number, number>();
  const terms: string[] = [];
  for (const { bucketId, requestId, content, operation, rest } of requests) {
    let number = numbers.get(bucketId);
    if (number === undefined) {
      number = numbers.size + 1;
      numbers.set(bucketId, number);
    }
    terms.push(requestId, content, `${operation} ${number} ${rest}`);
  }
  return { bucketIds: [...numbers.keys()], terms };
}
