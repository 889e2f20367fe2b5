import type { BenchRequest } from '../contestant.ts';

/** One way of taking units of one product in Redis. */
export interface LuaVariant {
  readonly name: string;
  /** It checks nothing, and is there to show what the bare command costs. */
  readonly isUnsafe: boolean;
  /** Makes a store of its own that holds so many units. */
  stockUp(units: number): Promise<void>;
  take(request: BenchRequest): Promise<'accepted' | 'rejected'>;
  /** Units that are left; below 0 where more were taken than there were. */
  left(): Promise<number>;
  /** Removes what the bout has left. */
  clear(): Promise<void>;
}
