import type { RequestRecord } from '../../ports/request-record.ts';
import { askBuckets } from './ask-buckets.ts';
import type { Unlocated } from './ask-buckets.ts';
import type { Inquiry } from './inquiry.ts';
import { readingTrouble } from './trouble.ts';
import type { RefusedUnits, Trouble, UnitsAnswer } from './units-answer.ts';

/** One turn with Redis: every bucket of the pool that has not refused yet. */
export async function askGate(inquiry: Inquiry): Promise<UnitsAnswer | Unlocated | Trouble> {
  const { dependencies, request } = inquiry;
  try {
    const { sku, location } = request.place;
    const located = await dependencies.directory.find(sku, location);
    return await askBuckets(inquiry, await dependencies.gate(), located);
  } catch (error) {
    // Finding the pool failed: an attempt to sell reports its own failure.
    return readingTrouble(error);
  }
}

/**
 * Notes the generations that are known before the ledger is asked. Where Redis does not say, none is, and
 * the first that is heard of later sends the inquiry back to the ledger.
 */
export async function noteGenerations({
  dependencies,
  request,
  generations,
  refusals,
}: Inquiry): Promise<void> {
  const { sku, location } = request.place;
  const located = await dependencies.directory.find(sku, location).catch(() => null);
  for (const { shard, generation } of located?.buckets ?? []) {
    if (generation === null) continue;
    if (generations.has(shard) && generations.get(shard) !== generation) refusals.clear();
    generations.set(shard, generation);
  }
}

/**
 * What Redis remembers of the id, in whichever shard: a sale that it remembers is true at any time,
 * also where the ledger cannot be asked.
 * @param isAttemptNext with one shard that attempt meets the record by itself, so nothing is asked here
 */
export async function askRecord(
  inquiry: Inquiry,
  { isAttemptNext }: { readonly isAttemptNext: boolean },
): Promise<UnitsAnswer | null | Trouble> {
  const { dependencies, request } = inquiry;
  try {
    const gate = await dependencies.gate();
    if (gate.shards === 1 && isAttemptNext) return null;
    const { found, serverTimeMs } = await gate.findRequest(request.requestId);
    return found === null ? null : recordedAnswer(inquiry, found.record, serverTimeMs);
  } catch (error) {
    return readingTrouble(error);
  }
}

/** Why the id was refused, while Redis still remembers it. */
export async function askReason({
  dependencies,
  request,
}: Inquiry): Promise<Pick<RefusedUnits, 'reason' | 'by'>> {
  try {
    const gate = await dependencies.gate();
    const record = (await gate.findRequest(request.requestId)).found?.record;
    if (record?.status === 'no') return { reason: record.reason, by: 'pool' };
  } catch {
    // The refusal stands in the ledger; without its reason it is no less final.
  }
  return { reason: 'void', by: 'books' };
}

function recordedAnswer(
  { request }: Inquiry,
  record: NonNullable<RequestRecord>,
  nowMs: number,
): UnitsAnswer | null {
  // As a shard says it that meets such a record while it sells.
  if (record.status === 'unreadable') return { status: 'conflict' };
  if (record.fingerprint !== request.fingerprint) return { status: 'conflict' };
  if (record.status === 'no') return null;
  const { quantity, deadlineMs, place } = record;
  const poolId = place?.poolId ?? null;
  const remembered = { replayed: true, poolId, quantity, remaining: null };
  if (record.status === 'sold') return { status: 'sold', ...remembered };
  if (deadlineMs === null) return null;
  return { status: 'held', ...remembered, deadlineMs, isDue: deadlineMs <= nowMs };
}
