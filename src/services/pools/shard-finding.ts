/** A difference that no unit in flight explains. */
export interface ShardFinding {
  readonly kind:
    /** avail + held + cum is not what was delegated, or held is not the sum of the holds. */
    | 'identity'
    /** Redis is behind what is settled: it went back. */
    | 'rollback'
    /** Redis sold more than its stream tells, at the end of the numbering. */
    | 'lost_tail'
    /** Same events, other number of units. */
    | 'cum'
    /** Same grant version, other number of delegated units. */
    | 'fork'
    /** Redis knows a later state of the books than the books do. */
    | 'restored';
  readonly bucketId: number | null;
  /** One sentence with the numbers. */
  readonly evidence: string;
  readonly isRepaired: boolean;
}
