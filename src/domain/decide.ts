import { ON_HAND_MAX } from './posting.ts';
import type { BeyondLimit, PostingDraft, PostingLine, Shortage } from './posting.ts';

/** A product at a location. */
export interface StockKey {
  readonly productId: number;
  readonly locationId: number;
}

/** What is known of one stock row when it is decided upon. */
export interface Balance extends StockKey {
  readonly onHand: number;
  readonly reserved: number;
  readonly version: number;
  /** What is archived, in words, or null: `product MUG-RED`, `location BAY-7`. */
  readonly archived: string | null;
}

/** The net change that accepted drafts make to one stock row. */
export interface StockChange extends StockKey {
  readonly delta: number;
  /** Version of the row that the decision was made on. */
  readonly version: number;
}

export type Verdict =
  /** The lines to book, none of quantity 0: those of the draft, counted ones with what they change. */
  | { readonly status: 'accepted'; readonly lines: readonly PostingLine[] }
  | { readonly status: 'insufficient'; readonly shortages: readonly Shortage[] }
  | { readonly status: 'archived'; readonly what: string }
  | BeyondLimit;

export interface Decision {
  /** One for each draft, in order. */
  readonly verdicts: readonly Verdict[];
  /** Net changes of the accepted drafts, in the global lock order (product, location). */
  readonly changes: readonly StockChange[];
}

export function keyText(key: StockKey): string {
  return `${String(key.productId)}:${String(key.locationId)}`;
}

/** Whether the line says what was counted instead of what moved: its decision needs the exact balance. */
export function isCounted(line: PostingLine): boolean {
  return line.countedLevel !== undefined;
}

/** The global order in which stock rows are locked, each row once. */
export function lockOrder(keys: Iterable<StockKey>): readonly StockKey[] {
  const unique = new Map<string, StockKey>();
  for (const { productId, locationId } of keys) {
    unique.set(keyText({ productId, locationId }), { productId, locationId });
  }
  return [...unique.values()].sort(
    (a, b) => a.productId - b.productId || a.locationId - b.locationId,
  );
}

/**
 * Decides drafts one after the other on the balances given: each sees what those before it took.
 * Lines of one draft that name the same row are checked against their sum. A missing balance is zero.
 */
export function decide(
  drafts: readonly PostingDraft[],
  balances: ReadonlyMap<string, Balance>,
): Decision {
  const deltas = new Map<string, number>();
  const verdicts = drafts.map((draft) => {
    const verdict = decideOne(draft, balances, deltas);
    if (verdict.status === 'accepted') {
      for (const line of verdict.lines) {
        const key = keyText(line);
        deltas.set(key, (deltas.get(key) ?? 0) + line.quantity);
      }
    }
    return verdict;
  });
  const touched = lockOrder(drafts.flatMap((draft) => draft.lines));
  const changes = touched.flatMap((key) => {
    const delta = deltas.get(keyText(key));
    return delta === undefined
      ? []
      : [{ ...key, delta, version: balances.get(keyText(key))?.version ?? 0 }];
  });
  return { verdicts, changes };
}

function decideOne(
  draft: PostingDraft,
  balances: ReadonlyMap<string, Balance>,
  deltas: ReadonlyMap<string, number>,
): Verdict {
  const shortages: Shortage[] = [];
  const lines = settledLines(draft.lines, balances, deltas);
  for (const [key, line] of netLines(lines)) {
    const balance = balances.get(key);
    const archived = balance?.archived ?? null;
    if (archived !== null) return { status: 'archived', what: archived };
    const onHand = (balance?.onHand ?? 0) + (deltas.get(key) ?? 0);
    const reserved = balance?.reserved ?? 0;
    const { sku, location } = line;
    if (line.quantity > 0 && onHand + line.quantity > ON_HAND_MAX) {
      return { status: 'beyond_limit', sku, location, onHand };
    }
    if (line.quantity < 0 && onHand - reserved < -line.quantity) {
      shortages.push({ sku, location, wanted: -line.quantity, onHand, reserved });
    }
  }
  if (shortages.length > 0) return { status: 'insufficient', shortages };
  const moving = lines.filter((line) => line.quantity !== 0);
  // A count that finds what the books hold is booked too, with no movement: it happened, and its
  // request id must answer the same when goods have moved since.
  return { status: 'accepted', lines: moving };
}

/** Gives counted lines their quantity: from the balance, what was accepted before, and the lines above. */
function settledLines(
  lines: readonly PostingLine[],
  balances: ReadonlyMap<string, Balance>,
  deltas: ReadonlyMap<string, number>,
): readonly PostingLine[] {
  if (!lines.some(isCounted)) return lines;
  const own = new Map<string, number>();
  return lines.map((line) => {
    const key = keyText(line);
    const earlier = own.get(key) ?? 0;
    const onHand = (balances.get(key)?.onHand ?? 0) + (deltas.get(key) ?? 0) + earlier;
    const quantity = line.countedLevel === undefined ? line.quantity : line.countedLevel - onHand;
    own.set(key, earlier + quantity);
    return { ...line, quantity };
  });
}

/** Lines merged by stock row: their quantities summed. */
function netLines(lines: readonly PostingLine[]): ReadonlyMap<string, PostingLine> {
  const net = new Map<string, PostingLine>();
  for (const line of lines) {
    const key = keyText(line);
    const earlier = net.get(key);
    net.set(key, earlier ? { ...line, quantity: earlier.quantity + line.quantity } : line);
  }
  return net;
}
