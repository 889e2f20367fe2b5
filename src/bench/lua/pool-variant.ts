import type { PoolBucket, SaleNote } from '../../domain/pool.ts';
import type { Origin } from '../../domain/posting.ts';
import { InvError } from '../../lib/errors.ts';
import type { PoolGate } from '../../ports/pool-gate.ts';
import type { LuaVariant } from './variant.ts';

export interface PoolVariantOptions {
  readonly name: string;
  readonly origin: Origin;
  /** A gate to keys that nobody has used. */
  readonly openGate: () => { readonly gate: PoolGate; readonly remove: () => Promise<void> };
}

const GENERATION = 1;
const BOUT_MS_MAX = 60_000;

/** Sales from a pool by the function library: fence, answer before, limits, record and event with each. */
export function createPoolVariant(options: PoolVariantOptions): LuaVariant {
  const { name, origin, openGate } = options;
  const note: SaleNote = {
    ...{ kind: 'sale', origin, buyer: null, reference: null, reason: null, occurredAt: null },
  };
  let opened: ReturnType<typeof openGate> | undefined;
  let notAfterMs = 0;
  const gateNow = (): PoolGate => {
    if (opened === undefined) throw new InvError('UNEXPECTED', 'a bout begins with stock');
    return opened.gate;
  };
  return {
    name,
    isUnsafe: false,
    stockUp: async (units) => {
      opened = openGate();
      await openForSale(opened.gate, units);
      const { serverTimeMs } = await opened.gate.locate(SKU, LOCATION);
      // The clock of Redis counts, and a bout takes a minute at most.
      notAfterMs = serverTimeMs + 2 * BOUT_MS_MAX;
    },
    take: async ({ requestId, quantity }) => {
      const answer = await gateNow().sell({
        ...{ shard: 0, generation: GENERATION, bucketId: 1, requestId },
        ...{ fingerprint: FINGERPRINT, quantity, note, isRetry: false, notAfterMs },
      });
      if (answer.status === 'sold') return 'accepted';
      if (answer.status === 'no') return 'rejected';
      throw new InvError('BUSY', `a pool that only the bench uses answers ${answer.status}`);
    },
    left: async () => {
      const { buckets } = await gateNow().snapshot(0);
      return buckets.reduce((sum, { avail }) => sum + avail, 0);
    },
    clear: async () => {
      await opened?.remove();
      opened = undefined;
    },
  };
}

const SKU = 'BENCH-1';
const LOCATION = 'MAIN';
const FINGERPRINT = '0'.repeat(64);

/** As a recovery and the opening of a pool do it, without the books. */
async function openForSale(gate: PoolGate, units: number): Promise<void> {
  const token = '0'.repeat(32);
  await gate.begin(0, GENERATION, token);
  await gate.adopt(0, GENERATION, token);
  const { status } = await gate.converge(GENERATION, bucketOf(units), null);
  if (status !== 'created') throw new InvError('BUSY', `the pool of the bench is ${status}`);
}

function bucketOf(units: number): PoolBucket {
  return {
    ...{ id: 1, poolId: 1, productId: 1, sku: SKU, locationId: 1, location: LOCATION },
    ...{ shard: 0, bucket: 0, epoch: 1, saleEpoch: 1, state: 'open', grantVersion: 1 },
    ...{ delegated: units, settledSeq: 0, settledCum: 0, settledRet: 0, sold: 0, returned: 0 },
    ...{ duplicates: 0, short: 0, quarantine: 0 },
    terms: { floor: 0, perBuyer: null, startsAtMs: null, endsAtMs: null },
  };
}
