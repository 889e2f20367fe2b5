import type { GateSnapshot } from '../../ports/pool-gate.ts';
import { askWhatIsKnown, whyUnlocated } from './ask-for-units.ts';
import type { OrderDependencies } from './dependencies.ts';
import { noAnswer, openInquiry } from './inquiry.ts';
import type { Inquiry } from './inquiry.ts';
import type { Series } from './series.ts';
import { readingTrouble } from './trouble.ts';
import { isTrouble } from './units-answer.ts';
import type { Trouble, UnitsAnswer, UnitsRequest } from './units-answer.ts';

/**
 * What a request for units would come to, from what is known of its id and the counters of the pool
 * as they are now. Nothing is changed, and nothing is waited for.
 * @param request.unitsBefore what trials before this one would have taken
 * @throws InvError FENCED, STORE_UNAVAILABLE
 */
export async function tryForUnits(
  dependencies: OrderDependencies,
  series: Series,
  { unitsBefore, ...request }: UnitsRequest & { readonly unitsBefore: number },
): Promise<UnitsAnswer> {
  const inquiry = openInquiry(dependencies, series, request);
  const answer = await decide(inquiry, unitsBefore);
  if (!isTrouble(answer)) return answer;
  throw noAnswer({ ...inquiry, lastTrouble: answer, doubts: { redis: false, mysql: false } });
}

async function decide(inquiry: Inquiry, unitsBefore: number): Promise<UnitsAnswer | Trouble> {
  const { dependencies, request } = inquiry;
  if (inquiry.mustLookUp) {
    const known = await askWhatIsKnown(inquiry, { isAttemptNext: false });
    if (known !== null) return known;
  }
  try {
    const { sku, location } = request.place;
    const { buckets, time } = await dependencies.directory.find(sku, location);
    if (buckets.length === 0) return await whyUnlocated(inquiry);
    const gate = await dependencies.gate();
    const shards = [...new Set(buckets.map(({ shard }) => shard))];
    const snapshots = await Promise.all(shards.map((shard) => gate.snapshot(shard)));
    const fenced = snapshots.findIndex(({ isOpen }) => !isOpen);
    if (fenced !== -1) return { trouble: 'fenced', shard: shards[fenced] ?? 0 };
    const ids = new Set(buckets.map(({ bucketId }) => bucketId));
    return answerFrom(inquiry, {
      snapshots,
      ids,
      unitsBefore,
      poolId: buckets[0]?.poolId ?? null,
      nowMs: inquiry.series.nowMs(time),
    });
  } catch (error) {
    return readingTrouble(error);
  }
}

interface Seen {
  readonly unitsBefore: number;
  readonly snapshots: readonly GateSnapshot[];
  /** Of the buckets of the pool. */
  readonly ids: ReadonlySet<number>;
  readonly poolId: number | null;
  readonly nowMs: number;
}

function answerFrom(
  { request }: Inquiry,
  { snapshots, ids, unitsBefore, poolId, nowMs }: Seen,
): UnitsAnswer | Trouble {
  const { quantity, holdMs } = request;
  const all = snapshots
    .flatMap(({ buckets }) => buckets)
    .filter(({ bucketId }) => ids.has(bucketId));
  if (all.length === 0) return { trouble: 'no_pool' };
  const open = all.filter(({ state }) => state === 'open');
  if (open.length === 0) return { status: 'no', reason: 'closed', available: null, by: 'pool' };
  const sound = open.filter(({ isSound }) => isSound);
  if (sound.length === 0) return { trouble: 'corrupt' };
  const left = sound.map(({ avail, floor }) => avail - floor - unitsBefore);
  const most = Math.max(0, ...left);
  if (most < quantity) return { status: 'no', reason: 'sold_out', available: most, by: 'pool' };
  const remaining = all.length === 1 ? most - quantity : null;
  const units = { replayed: false, poolId, quantity, remaining };
  return holdMs === null
    ? { status: 'sold', ...units }
    : { status: 'held', ...units, deadlineMs: nowMs + holdMs, isDue: false };
}
