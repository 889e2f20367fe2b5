import { failpoint } from '../../lib/failpoint.ts';
import type { LocatedBucket, PoolGate, SaleAnswer } from '../../ports/pool-gate.ts';
import { hasDoubts } from './inquiry.ts';
import type { Inquiry } from './inquiry.ts';
import type { Located } from './pool-directory.ts';
import { troubleOf } from './trouble.ts';
import type { Trouble, UnitsAnswer } from './units-answer.ts';

interface Target {
  readonly bucket: LocatedBucket;
  /** The buckets that are asked after it. */
  readonly later: readonly LocatedBucket[];
  readonly located: Located;
}

/** One attempt to sell or hold in one bucket. */
export async function askBucket(
  inquiry: Inquiry,
  gate: PoolGate,
  target: Target,
): Promise<UnitsAnswer | Trouble> {
  const { shard, generation } = target.bucket;
  if (generation === null || !isSameGeneration(inquiry, shard, generation)) {
    return outdated(inquiry, { trouble: 'fenced', shard });
  }
  const isRetry = mustBeRecorded(inquiry, target);
  let answer: SaleAnswer;
  try {
    answer = await attempt(inquiry, gate, target, { generation, isRetry });
  } catch (error) {
    return lostAttempt(inquiry, target, error);
  }
  inquiry.bucketInDoubt = null;
  return answerFrom(inquiry, target, { answer, isRetry });
}

/**
 * After a recovery, what Redis remembered may be lost, and what it had sold is in the ledger: whoever
 * has doubts begins again there. To an id that others may know, a generation that nobody had heard of
 * when the ledger was asked is one that came after.
 */
function isSameGeneration(inquiry: Inquiry, shard: number, generation: number): boolean {
  const known = inquiry.generations.get(shard);
  if (known === generation) return true;
  inquiry.generations.set(shard, generation);
  if (known === undefined && inquiry.request.isFresh) return true;
  inquiry.refusals.clear();
  if (hasDoubts(inquiry)) inquiry.mustLookUp = true;
  return !inquiry.mustLookUp;
}

/**
 * A refusal has to be remembered by Redis when another attempt may still arrive there. One that was
 * answered cannot, whatever the answer. The record holds for the whole shard, so of several buckets
 * in it the last one writes it.
 */
function mustBeRecorded(inquiry: Inquiry, { bucket, later }: Target): boolean {
  const isLastOfShard = !later.some(
    ({ shard, bucketId }) => shard === bucket.shard && !inquiry.refusals.has(bucketId),
  );
  return hasDoubts(inquiry) && isLastOfShard;
}

async function attempt(
  { request, series }: Inquiry,
  gate: PoolGate,
  { bucket, located }: Target,
  { generation, isRetry }: { readonly generation: number; readonly isRetry: boolean },
): Promise<SaleAnswer> {
  const { requestId, fingerprint, quantity, note, holdMs } = request;
  const { shard, bucketId } = bucket;
  const notAfterMs = series.notAfterMs(located.time);
  const sale = {
    ...{ shard, generation, bucketId, requestId, fingerprint },
    ...{ quantity, note, isRetry, notAfterMs },
  };
  return holdMs === null
    ? gate.sell(sale)
    : gate.hold({ ...sale, deadlineMs: series.nowMs(located.time) + holdMs });
}

function lostAttempt(inquiry: Inquiry, { bucket }: Target, error: unknown): Trouble {
  const trouble = troubleOf(error);
  if (trouble.trouble === 'unknown') {
    inquiry.doubts.redis = true;
    inquiry.hasLostReply = true;
    inquiry.bucketInDoubt = bucket.bucketId;
    for (const [id, refusal] of inquiry.refusals) {
      if (!refusal.isRecorded) inquiry.refusals.delete(id);
    }
  }
  return trouble;
}

async function answerFrom(
  inquiry: Inquiry,
  { bucket, located }: Target,
  { answer, isRetry }: { readonly answer: SaleAnswer; readonly isRetry: boolean },
): Promise<UnitsAnswer | Trouble> {
  switch (answer.status) {
    case 'sold':
    case 'held': {
      await failpoint('order.after_sell');
      const { quantity, remaining } = answer;
      const units = {
        // To whoever made the id, an earlier attempt of his own is no earlier request.
        replayed: answer.replayed && !inquiry.request.isFresh,
        poolId: bucket.poolId,
        quantity,
        remaining: located.buckets.length === 1 ? remaining : null,
      };
      if (answer.status === 'sold') return { status: 'sold', ...units };
      const { deadlineMs } = answer;
      const isDue = deadlineMs <= inquiry.series.nowMs(located.time);
      return { status: 'held', ...units, deadlineMs, isDue };
    }
    case 'no': {
      const { reason, available } = answer;
      inquiry.refusals.set(bucket.bucketId, { reason, available, isRecorded: isRetry });
      return { status: 'no', reason, available, by: 'pool' };
    }
    case 'conflict':
      return { status: 'conflict' };
    case 'fenced':
      return outdated(inquiry, { trouble: 'fenced', shard: bucket.shard });
    case 'late':
      // The clock of Redis has been set: another series begins, for those in doubt with the ledger.
      if (hasDoubts(inquiry)) inquiry.mustLookUp = true;
      return outdated(inquiry, { trouble: 'late' });
    case 'no_pool':
      return outdated(inquiry, { trouble: 'no_pool' });
    case 'busy':
    case 'corrupt':
      return { trouble: answer.status };
  }
}

/** What the directory said does not hold any more. */
function outdated(inquiry: Inquiry, trouble: Trouble): Trouble {
  const { sku, location } = inquiry.request.place;
  inquiry.dependencies.directory.forget(sku, location);
  return trouble;
}
