import { isCounted } from '../domain/decide.ts';
import { QUANTITY_MAX } from '../domain/parse/quantity.ts';
import type { PostingDraft, PostingLine, PostingOutcome } from '../domain/posting.ts';
import { assert } from '../lib/assert.ts';
import type { PostingStrategy, PostOptions } from '../ports/posting-strategy.ts';
import { failureAmong, inParallel, sellInOrder, tryInOrder } from './sell-in-order.ts';
import type { PoolDraft, Sell } from './sell-in-order.ts';

export interface LuaDependencies {
  /** Sells one line from its pool; null: no pool can, and MySQL decides. */
  readonly sell: (
    draft: PostingDraft,
    line: PostingLine,
    options: {
      readonly isFresh: boolean;
      /** Decides without selling, after trials that would have taken so many units; null = sell. */
      readonly trial: { readonly unitsBefore: number } | null;
    },
  ) => Promise<PostingOutcome | null>;
  /** What was answered to the id before, if anything was and a store tells. */
  readonly recall: (draft: PostingDraft, line: PostingLine) => Promise<PostingOutcome | null>;
  /** Decides whatever is not sold from a pool. */
  readonly conditional: PostingStrategy;
  /** Requests under way at the same time at most; those of one moment travel to Redis together. */
  readonly inFlightMax: number;
}

/**
 * Pool: an atomic script in Redis sells units that MySQL has handed over, and the ledger follows.
 *
 * It sells drafts of one plain line out. Receipts, moves, counts, baskets and reversals are decided
 * by `conditional`, from what is outside of the pools; so are several drafts that stand or fall
 * together, because only a transaction of MySQL can take them all back.
 */
export function createLua(dependencies: LuaDependencies): PostingStrategy {
  const { conditional } = dependencies;
  return {
    name: 'lua',
    post: async (drafts, options) => {
      if (options.atomic && drafts.length > 1) return conditional.post(drafts, options);
      const sold = await fromPools(dependencies, drafts.flatMap(poolDraft), options);
      const rest = drafts.filter(({ requestId }) => (sold.get(requestId) ?? null) === null);
      const booked = rest.length === 0 ? [] : await fromBooks(conditional, { rest, sold }, options);
      const others = new Map(rest.map(({ requestId }, at) => [requestId, booked[at]] as const));
      return drafts.map(({ requestId }) => {
        const outcome = sold.get(requestId) ?? others.get(requestId);
        assert(outcome !== undefined, 'every draft has an outcome');
        return outcome;
      });
    },
  };
}

/** Outcomes by request id; null: MySQL decides. */
type Sold = ReadonlyMap<string, PostingOutcome | null>;

async function fromPools(
  { sell, recall, inFlightMax }: LuaDependencies,
  items: readonly PoolDraft[],
  { isFresh = false, dryRun }: PostOptions,
): Promise<Sold> {
  if (dryRun) {
    return tryInOrder(items, ({ draft, line }, unitsBefore) =>
      sell(draft, line, { isFresh, trial: { unitsBefore } }),
    );
  }
  const attempt: Sell = ({ draft, line }) => sell(draft, line, { isFresh, trial: null });
  if (isFresh || items.length < 2) return sellInOrder(items, inFlightMax, attempt);
  // What was sold before takes nothing now: a file that runs again need not wait for itself.
  const known = await inParallel(items, inFlightMax, ({ draft, line }) => recall(draft, line));
  const fresh = items.filter(({ draft }) => (known.get(draft.requestId) ?? null) === null);
  return new Map([...known, ...(await sellInOrder(fresh, inFlightMax, attempt))]);
}

async function fromBooks(
  conditional: PostingStrategy,
  { rest, sold }: { readonly rest: readonly PostingDraft[]; readonly sold: Sold },
  options: PostOptions,
): Promise<readonly PostingOutcome[]> {
  try {
    return await conditional.post(rest, options);
  } catch (error) {
    throw failureAmong([error], [...sold.values()]);
  }
}

/** What the note of a sale cannot carry (a cost, a supplier) is for the ledger to write at once. */
function poolDraft(draft: PostingDraft): readonly PoolDraft[] {
  const [line, ...more] = draft.lines;
  if (line === undefined || more.length > 0 || draft.kind !== 'out') return [];
  if (draft.reversesId !== null || draft.supplierId !== null) return [];
  const isPlain = line.quantity < 0 && !isCounted(line) && line.unitCost === null;
  if (-line.quantity > QUANTITY_MAX) return [];
  return isPlain ? [{ draft, line }] : [];
}
