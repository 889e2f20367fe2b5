import { InvError } from '../../lib/errors.ts';
import type { ShardDependencies } from './dependencies.ts';

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

export interface Convergence {
  readonly status: 'converged' | 'recovery_due' | 'moved' | 'frozen';
  readonly findings: readonly ShardFinding[];
  /** Buckets created in Redis, and grants handed on to it. */
  readonly created: number;
  readonly updated: number;
}

/**
 * Compares a shard's books with Redis while it sells, and hands Redis what it has not got yet: new
 * buckets, top-ups whose command died in between. Differences are findings; with `repair` the ones
 * that can be mended are (docs/pools.md, section 7).
 */
export function convergeShard(
  _dependencies: ShardDependencies,
  _shard: number,
  _options: { readonly repair: boolean },
): Promise<Convergence> {
  return Promise.reject(new InvError('UNEXPECTED', 'not built yet'));
}
