import type { StreamId } from '../domain/pool.ts';

/** What Redis was told of the books. */
export interface SeenInRedis {
  readonly generation: number | null;
  /** Of each bucket, the highest epoch that Redis ever had. */
  readonly createdEpochs: ReadonlyMap<number, number>;
  readonly ackVersion: number;
  readonly ackToken: string | null;
}

/** What the books note when a shard is opened again: where its stream is, and which Redis has it. */
interface Reopening {
  readonly lastGeneratedId: StreamId;
  readonly redisRun: string | null;
}

export interface AdoptOptions extends Reopening {
  /** Redis may lack what it acknowledged last: what that is at most goes into the history of the pools. */
  readonly mayHaveLost: boolean;
}

export interface RebuildOptions extends Reopening {
  readonly lossy: boolean;
  /** Why, for the history of the pools. */
  readonly reason: string;
}
