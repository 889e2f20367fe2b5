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
  'pools.identity': {
    scope: 'pools',
    holds: 'in Redis, available, held and gone add up to what a bucket was handed',
  },
  'pools.cover': {
    scope: 'pools',
    holds: 'Redis was handed what MySQL reserves for it, by the same grant',
  },
  'pools.rollback': { scope: 'pools', holds: 'Redis is not behind what is settled' },
  'pools.lost_tail': { scope: 'pools', holds: 'the stream has every event that is not settled' },
  'pools.lost_sales': {
    scope: 'pools',
    holds: 'no sale that Redis acknowledged is lost with its data',
  },
  'pools.cum': {
    scope: 'pools',
    holds: 'after the same events, as many units are gone in Redis as in the books',
  },
  'pools.missing': { scope: 'pools', holds: 'Redis has every bucket that it was given' },
  'pools.ahead': { scope: 'pools', holds: 'MySQL knows everything that Redis was told of it' },
  'pools.booked': {
    scope: 'pools',
    holds: 'what a bucket has settled is sold, returned or a duplicate, each booked once',
  },
  'pools.settlement': { scope: 'pools', holds: 'what is sold is booked before long' },
  'pools.parked': { scope: 'pools', holds: 'no event waits for a person' },
  'pools.frozen': { scope: 'pools', holds: 'no shard is frozen' },
  'pools.recovery': {
    scope: 'pools',
    holds: 'Redis is open: it was compared with the books since it started',
  },
  'holds.overdue': { scope: 'holds', holds: 'holds are given back when their time is over' },
  'holds.sum': { scope: 'holds', holds: 'what a bucket holds is the sum of its holds' },
  'orders.state': { scope: 'orders', holds: 'every order says what became of it' },
  'settings.eviction': { scope: 'settings', holds: 'Redis evicts nothing when memory runs out' },
  'settings.durability': {
    scope: 'settings',
    holds: 'both stores keep what they acknowledge through a crash',
  },
} as const satisfies Readonly<Record<string, CheckRule>>;

export type CheckId = keyof typeof CHECKS;

const CHECK_IDS = Object.keys(CHECKS) as readonly CheckId[];

export function checksOf(scopes: readonly Scope[]): readonly CheckId[] {
  return CHECK_IDS.filter((id) => scopes.includes(CHECKS[id].scope));
}
