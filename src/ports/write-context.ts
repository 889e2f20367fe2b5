import type { Origin } from '../domain/posting.ts';

/** What every row that a write leaves behind carries, and whether it may stay. */
export interface WriteContext {
  readonly requestId: string;
  readonly origin: Origin;
  /** Why, in words, where the write keeps it beside itself and somebody gave one. */
  readonly reason?: string | undefined;
  /** Decides and rolls back: the answer is what would be written, with ids that will not exist. */
  readonly dryRun: boolean;
}
