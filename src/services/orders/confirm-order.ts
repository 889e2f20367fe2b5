import { InvError } from '../../lib/errors.ts';
import { failpoint } from '../../lib/failpoint.ts';
import type { SaleAnswer } from '../../ports/pool-gate.ts';
import { compareWithBooks } from './compare-with-books.ts';
import type { OrderDependencies } from './dependencies.ts';
import { fencedShard } from './fenced-shard.ts';
import { bookedOrder, recordedOrder, withPlace } from './known-order.ts';
import type { FoundRecord } from './known-order.ts';
import type { OrderAnswer } from './order-answer.ts';
import { KNOWN_WITH_OTHER_CONTENT } from './odd-trouble.ts';
import { pursue } from './pursue.ts';
import type { Pursuit } from './pursue.ts';
import { GONE_HINT } from './refusal.ts';
import { noSuchOrder, orderFromPosting, orderFromUnits, unreadableOrder } from './shown-order.ts';
import type { ServerTime } from './series.ts';
import { troubleOf } from './trouble.ts';
import { isTrouble } from './units-answer.ts';
import type { Trouble } from './units-answer.ts';

/**
 * Turns a hold into a sale. An order that is sold already is a replay.
 * @throws InvError NOT_FOUND, REFUSED (the hold expired, was cancelled or lost); OUTCOME_UNKNOWN: ask
 *   again with the same id; INVARIANT_VIOLATED: a store answers what cannot be
 */
export async function confirmOrder(
  dependencies: OrderDependencies,
  { requestId }: { readonly requestId: string },
  { dryRun }: { readonly dryRun: boolean },
): Promise<OrderAnswer> {
  return pursue(dependencies, { requestId, dryRun }, async (pursuit) => {
    const recorded = await recordedOrder(dependencies, requestId);
    if (isTrouble(recorded)) return recorded;
    const { found, time } = recorded;
    if (found === null || found.record.status === 'no' || found.record.status === 'unreadable') {
      return inBooks(dependencies, pursuit, found);
    }
    const known = await withPlace(dependencies, pursuit.watch, found.record);
    if (isTrouble(known)) return known;
    const sold = orderFromUnits(requestId, known, { replayed: false, state: 'accepted' });
    if (found.record.status === 'sold') return { ...sold, replayed: !pursuit.isAnswerLost };
    // Due, it is gone, whoever gives its units back and when.
    if (known.deadlineMs !== null && known.deadlineMs <= time.nowMs) throw isGone(requestId);
    if (dryRun) return sold;
    const answer = await confirm(dependencies, pursuit, { found, time });
    if ('trouble' in answer) return answer;
    if (answer.status === 'no') return inBooks(dependencies, pursuit, found);
    return {
      ...sold,
      replayed: answer.replayed && !pursuit.isAnswerLost,
      remaining: answer.remaining,
    };
  });
}

/** There is no hold to confirm (any more): it may have been sold before, else it is gone. */
async function inBooks(
  dependencies: OrderDependencies,
  { requestId, watch }: Pursuit,
  found: FoundRecord | null,
): Promise<OrderAnswer | Trouble> {
  const booked = await bookedOrder(dependencies, requestId);
  if (isTrouble(booked)) return booked;
  const record = found?.record;
  compareWithBooks(watch, record ?? null, booked);
  const { ledger, row } = booked;
  if (ledger.status === 'booked') {
    return orderFromPosting(ledger.posting, booked, { replayed: true });
  }
  if (record?.status === 'unreadable') throw unreadableOrder(requestId);
  const fenced = found === null ? await fencedShard(dependencies) : null;
  if (fenced !== null) return fenced;
  const wasHeld = record?.status === 'held' || (record?.status === 'no' && record.ended !== null);
  if (row !== null || wasHeld) throw isGone(requestId);
  throw noSuchOrder(requestId, { wasRefused: found !== null || ledger.status === 'void' });
}

type Confirmation =
  | { readonly status: 'sold'; readonly replayed: boolean; readonly remaining: number | null }
  | { readonly status: 'no' };

async function confirm(
  dependencies: OrderDependencies,
  { requestId, series, watch }: Pursuit,
  { found, time }: { readonly found: FoundRecord; readonly time: ServerTime },
): Promise<Confirmation | Trouble> {
  const { shard, generation, record } = found;
  if (generation === null) return { trouble: 'fenced', shard };
  if (record.status !== 'held') return { trouble: 'moved' };
  let answer: SaleAnswer;
  const gate = await dependencies.gate();
  try {
    const { bucketId, fingerprint } = record;
    const notAfterMs = series.notAfterMs(time);
    answer = await gate.confirm({
      shard,
      generation,
      bucketId,
      requestId,
      fingerprint,
      notAfterMs,
    });
  } catch (error) {
    return troubleOf(error);
  }
  switch (answer.status) {
    case 'sold':
      await failpoint('order.after_sell');
      // With several shards, the pool may have more than this bucket has.
      return { ...answer, remaining: gate.shards === 1 ? answer.remaining : null };
    case 'no':
      return { status: 'no' };
    case 'fenced':
      return { trouble: 'fenced', shard };
    case 'late':
    case 'busy':
    case 'corrupt':
    case 'no_pool':
      return { trouble: answer.status };
    case 'conflict':
      watch.oddity = KNOWN_WITH_OTHER_CONTENT;
      return { trouble: 'moved' };
    case 'held':
      return { trouble: 'moved' };
  }
}

function isGone(requestId: string): InvError {
  return new InvError('REFUSED', `the hold of order ${requestId} is gone`, {
    hint: GONE_HINT,
    facts: { request_id: requestId },
  });
}
