import type { CheckId, Severity } from './checks.ts';

/**
 * What would mend a difference. `balance` and `reserved` set one number of a stock row to what follows
 * from the ledger and from the pools, `seals` makes the sealed sums anew. `converge`, `recover`, `settle`
 * and `expire` are what a worker does with a shard. `freeze` stops one, and leaves the rest to a person;
 * `person` names the command for whoever has looked.
 */
export type Remedy =
  | { readonly kind: 'balance' | 'reserved' }
  | { readonly kind: 'seals' }
  | { readonly kind: 'converge' | 'recover' | 'settle' | 'expire'; readonly shard: number }
  | { readonly kind: 'order'; readonly requestId: string }
  | { readonly kind: 'freeze'; readonly shard: number }
  | { readonly kind: 'person'; readonly command: string }
  | { readonly kind: 'none' };

/** One difference that no unit in flight explains. Quantities in base units. */
export interface Finding {
  readonly check: CheckId;
  readonly severity: Severity;
  /** What it is about, for people: `MUG-RED at MAIN`, `shard 0`. */
  readonly subject: string;
  readonly sku: string | null;
  readonly location: string | null;
  readonly productId: number | null;
  readonly locationId: number | null;
  readonly expected: number | null;
  readonly actual: number | null;
  /** Units that are sold and not booked yet, and so explain a part of what is seen; null: none can be. */
  readonly inFlight: number | null;
  /** One sentence with the numbers. */
  readonly evidence: string;
  readonly remedy: Remedy;
}

/** Something that could not be looked at, so nothing can be said of it. */
export interface Unchecked {
  readonly checks: readonly CheckId[];
  readonly reason: string;
  /**
   * `store`: a store is away or shut, so retry later; `moving`: it changed while we looked, so look again;
   * `more`: so much was found that the rest was left, so mend that first.
   */
  readonly because: 'store' | 'moving' | 'more';
}

/** Where a list of what is wrong came to its limit: what is behind it was not looked at. */
export function mayBeMore(
  checks: readonly CheckId[],
  { max, names }: { readonly max: number; readonly names: string },
): Unchecked {
  const reason = `there are ${max} ${names} or more, and those behind were left: mend these, then run it again`;
  return { checks, reason, because: 'more' };
}

/** What `actual` is more than `expected`; null where there are no numbers. */
export function deltaOf({ expected, actual }: Finding): number | null {
  return expected === null || actual === null ? null : actual - expected;
}

/** Whether `--fix` may mend it without asking anybody. */
export function isMendable({ remedy }: Finding): boolean {
  return remedy.kind !== 'person' && remedy.kind !== 'none';
}

/** A frozen shard waits for a person, however often it is looked at. */
export function frozenCommand(shard: number): string {
  return `inv worker status, read "Frozen shards" in docs/pools.md, then: inv worker unfreeze --shard ${shard}`;
}

/** A place of stock, as findings name it. */
export interface StockPlace {
  readonly productId: number;
  readonly sku: string;
  readonly locationId: number;
  readonly location: string;
}

export function placeName({ sku, location }: Pick<StockPlace, 'sku' | 'location'>): string {
  return `${sku} at ${location}`;
}

/** What findings about one place of stock begin with. */
export function aboutPlace(
  place: StockPlace,
): Pick<Finding, 'subject' | 'sku' | 'location' | 'productId' | 'locationId' | 'inFlight'> {
  const { sku, location, productId, locationId } = place;
  return { subject: placeName(place), sku, location, productId, locationId, inFlight: null };
}

/** What findings about anything else begin with. */
export function about(subject: string): ReturnType<typeof aboutPlace> {
  const nowhere = { sku: null, location: null, productId: null, locationId: null };
  return { subject, ...nowhere, inFlight: null };
}
