/** Parts of the books that can be asked for alone (`--scope`). */
export const SCOPES = ['ledger', 'pools', 'holds', 'orders', 'settings'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * What a difference means. A `violation` breaks a promise of the books: oversold, lost, or booked twice;
 * `drift` is a number that can be mended or a state that waits for somebody; a `notice` is worth knowing.
 */
export type Severity = 'notice' | 'drift' | 'violation';

export interface CheckRule {
  readonly scope: Scope;
  /** What holds when nothing is wrong, in one sentence. */
  readonly holds: string;
}

/** Every check, by the id that findings carry. */
export const CHECKS = {
  'ledger.balance': {
    scope: 'ledger',
    holds: 'on hand is the sum of the movements, at every location',
  },
  'ledger.running': {
    scope: 'ledger',
    holds: 'every movement says what was on hand after it',
  },
  'ledger.seals': {
    scope: 'ledger',
    holds: 'the sealed sums are those of the movements they stand for',
  },
  'ledger.reserved': {
    scope: 'ledger',
    holds: 'reserved is what pools may still sell, and what quarantine keeps',
  },
  'ledger.limits': {
    scope: 'ledger',
    holds: 'nothing is negative, and no more is reserved than there is',
  },
  'ledger.posting': {
    scope: 'ledger',
    holds: 'every request is booked once, with the movements that belong to it',
  },
} as const satisfies Readonly<Record<string, CheckRule>>;

export type CheckId = keyof typeof CHECKS;

export const CHECK_IDS = Object.keys(CHECKS) as readonly CheckId[];

export function checksOf(scopes: readonly Scope[]): readonly CheckId[] {
  return CHECK_IDS.filter((id) => scopes.includes(CHECKS[id].scope));
}
