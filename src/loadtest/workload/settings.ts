import type { ArrivalKind } from '../profile/arrivals.ts';
import type { Phase } from '../profile/phase.ts';
import type { ProfileName } from '../profile/profiles.ts';
import type { QuantityWeight } from './quantities.ts';
import type { Skew } from './skew.ts';

/** Everything that decides what is sent and when: the same settings make the same plan. */
export interface LoadSettings {
  /** A whole number from 0 to 2^53 - 1. */
  readonly seed: number;
  /** `file`: the phases come from a CSV. */
  readonly profile: ProfileName | 'file';
  readonly phases: readonly Phase[];
  readonly arrivals: ArrivalKind;
  readonly buyers: number;
  readonly products: number;
  /** Units of each product for sale. */
  readonly stock: number;
  /** Units that one buyer may have of a product; null = no limit. */
  readonly perBuyer: number | null;
  readonly skew: Skew;
  readonly quantities: readonly QuantityWeight[];
  readonly retries: {
    /** Of those who have got nothing: how many try again, each time. */
    readonly share: number;
    readonly max: number;
    /** Mean of the pause before it. */
    readonly delayMs: number;
  };
  readonly doubleClicks: {
    readonly share: number;
    /** The second click comes after a moment, at the latest after this. */
    readonly withinMs: number;
  };
  /** Buyers who order a second time, whatever the first came to. */
  readonly again: { readonly share: number; readonly delayMs: number };
  readonly holds: {
    /** Orders that are holds first. */
    readonly share: number;
    readonly confirmShare: number;
    /** What is neither confirmed nor cancelled expires. */
    readonly cancelShare: number;
    readonly holdMs: number;
  };
}

/** Products that have to exist: those for sale, and one more when there is a warm-up, which sells that. */
export function productCount({ products, phases }: LoadSettings): number {
  return products + (phases.some(({ isWarmUp }) => isWarmUp) ? 1 : 0);
}
