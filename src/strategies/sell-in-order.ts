import { keyText } from '../domain/decide.ts';
import { isBooked } from '../domain/posting.ts';
import type { PostingDraft, PostingLine, PostingOutcome } from '../domain/posting.ts';
import { InvError } from '../lib/errors.ts';

/** A draft that a pool may sell: its one line. */
export interface PoolDraft {
  readonly draft: PostingDraft;
  readonly line: PostingLine;
}

export type Sell = (item: PoolDraft) => Promise<PostingOutcome | null>;

/**
 * Sells drafts as if one after the other: each sees what those before it took. Where the pool has
 * enough for all of them the order cannot matter, so they go together; near its end, one by one.
 * Different products do not wait for each other.
 * @param inFlightMax requests under way at the same time at most
 * @returns the outcomes by request id
 * @throws InvError of a store; OUTCOME_UNKNOWN when others of the drafts are sold
 */
export async function sellInOrder(
  items: readonly PoolDraft[],
  inFlightMax: number,
  sell: Sell,
): Promise<ReadonlyMap<string, PostingOutcome | null>> {
  const outcomes = new Map<string, PostingOutcome | null>();
  const places = [...byPlace(items).values()];
  const failures: unknown[] = [];
  const inTurn = async (place: readonly PoolDraft[], width: number): Promise<void> => {
    let remaining: number | null = null;
    for (let at = 0; at < place.length && failures.length === 0;) {
      const together = fitting(place.slice(at, at + width), remaining);
      at += together.length;
      const answers = await Promise.allSettled(together.map(sell));
      remaining = null;
      for (const [index, answer] of answers.entries()) {
        if (answer.status === 'rejected') failures.push(answer.reason);
        else {
          outcomes.set(together[index]?.draft.requestId ?? '', answer.value);
          remaining = lowest(remaining, unitsLeft(answer.value));
        }
      }
    }
  };
  const lanes = Math.min(places.length, inFlightMax);
  const width = Math.max(1, Math.floor(inFlightMax / Math.max(1, lanes)));
  await inLanes(places, lanes, (place) => inTurn(place, width));
  if (failures.length > 0) throw failureAmong(failures, [...outcomes.values()]);
  return outcomes;
}

/** Trials one after the other: each is told what those before it would have taken. */
export async function tryInOrder(
  items: readonly PoolDraft[],
  attempt: (item: PoolDraft, unitsBefore: number) => Promise<PostingOutcome | null>,
): Promise<ReadonlyMap<string, PostingOutcome | null>> {
  const outcomes = new Map<string, PostingOutcome | null>();
  const taken = new Map<string, number>();
  for (const item of items) {
    const key = keyText(item.line);
    const before = taken.get(key) ?? 0;
    const outcome = await attempt(item, before);
    const isTaken = outcome?.status === 'settling' && !outcome.replayed;
    if (isTaken) taken.set(key, before - item.line.quantity);
    outcomes.set(item.draft.requestId, outcome);
  }
  return outcomes;
}

/** The same without any order. */
export async function inParallel(
  items: readonly PoolDraft[],
  inFlightMax: number,
  work: Sell,
): Promise<ReadonlyMap<string, PostingOutcome | null>> {
  const outcomes = new Map<string, PostingOutcome | null>();
  await inLanes(items, Math.min(items.length, inFlightMax), async (item) => {
    outcomes.set(item.draft.requestId, await work(item));
  });
  return outcomes;
}

/** Takes the items one after the other, so many at a time. */
async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = [...items];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
    }),
  );
}

/** Items by product and location, each list in the order given. */
function byPlace(items: readonly PoolDraft[]): ReadonlyMap<string, readonly PoolDraft[]> {
  const places = new Map<string, PoolDraft[]>();
  for (const item of items) {
    const key = keyText(item.line);
    const place = places.get(key) ?? [];
    places.set(key, place);
    place.push(item);
  }
  return places;
}

/** The first items that so many units are enough for; the first one in any case. */
function fitting(items: readonly PoolDraft[], remaining: number | null): readonly PoolDraft[] {
  let units = 0;
  const end = items.findIndex(({ line }, at) => {
    units -= line.quantity;
    return at > 0 && units > (remaining ?? 0);
  });
  return end === -1 ? items : items.slice(0, end);
}

function unitsLeft(outcome: PostingOutcome | null): number | null {
  return outcome?.status === 'settling'
    ? (outcome.posting.movements[0]?.availableAfter ?? null)
    : null;
}

function lowest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

/** A failed store has not done what failed; with others done, only asking for all again tells them apart. */
export function failureAmong(
  failures: readonly unknown[],
  outcomes: readonly (PostingOutcome | null)[],
): unknown {
  const unknown = failures.find(
    (error) => error instanceof InvError && error.code === 'OUTCOME_UNKNOWN',
  );
  const [first] = failures;
  const sold = outcomes.filter(
    (outcome) => outcome?.status === 'settling' || isDone(outcome),
  ).length;
  if (unknown !== undefined || sold === 0 || !(first instanceof InvError)) return unknown ?? first;
  return new InvError(
    'OUTCOME_UNKNOWN',
    `${sold} of the requests are done, then: ${first.message}`,
    {
      hint: 'run the same command again: what is done is not done twice',
      cause: first,
    },
  );
}

function isDone(outcome: PostingOutcome | null): boolean {
  return outcome !== null && isBooked(outcome);
}
