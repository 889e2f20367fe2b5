import { createCoalescer } from '../../../lib/coalescer.ts';
import type {
  ConfirmRequest,
  HoldRequest,
  SaleAnswer,
  SaleRequest,
} from '../../../ports/pool-gate.ts';
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
    overflow: () => Promise.resolve({ status: 'busy' }),
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
  const { names, bucketIds, terms } = gather(keys, requests);
  const [text = '', generationText] = textsOf(
    await calls.write(
      'sell-orders',
      names,
      [
        digits(requests[0]?.generation ?? 0),
        digits(settings.retentionMs),
        digits(settings.backlogEntriesMax),
      ].concat(bucketIds, terms),
    ),
  );
  if (text === 'FENCED') {
    const generation = numberOrNull(generationText);
    return requests.map(() => ({ status: 'fenced', generation }));
  }
  return text.split('\n').map(parseAnswer);
}

interface Gathered {
  readonly names: readonly string[];
  /** Numbered from 1, in the order in which they come up. */
  readonly bucketIds: readonly string[];
  readonly terms: readonly string[];
}

function gather(keys: ShardKeys, requests: readonly PackedRequest[]): Gathered {
  const numbers = new Map<number, number>();
  const names = [...keys.head];
  const bucketIds: string[] = [];
  const terms: string[] = [];
  for (const { bucketId, requestId, content, operation, rest } of requests) {
    let number = numbers.get(bucketId);
    if (number === undefined) {
      number = bucketIds.push(digits(bucketId));
      numbers.set(bucketId, number);
      names.push(...keys.all(bucketId));
    }
    terms.push(requestId, content, `${operation} ${number} ${rest}`);
  }
  return { names, bucketIds, terms };
}
