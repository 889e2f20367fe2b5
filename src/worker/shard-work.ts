import type { WorkerHistory } from '../services/reconcile/worker-history.ts';
import type { Position } from '../services/pools/settle-batch.ts';
import type { WorkerDependencies, WorkerOptions, WorkerProgress } from './dependencies.ts';
import type { Outages } from './outages.ts';
import type { Suspects } from './suspects.ts';
import { createTally } from './tally.ts';
import type { Tally } from './tally.ts';

/** One shard's worker: what it works with, and what it knows from turn to turn. */
export interface ShardWork {
  readonly shard: number;
  readonly dependencies: WorkerDependencies;
  readonly options: WorkerOptions;
  readonly outages: Outages;
  readonly tally: Tally;
  readonly memory: ShardMemory;
  /** What the shard has seen and could not settle or mend: somebody reconciles it. */
  readonly suspects: Suspects;
}

export interface ShardMemory {
  /** Where the last turn ended; null: ask the books. */
  position: Position | null;
  /** As Redis told it last: due holds are given back by it even while MySQL is away. */
  generation: number | null;
  state: WorkerProgress['state'];
  backlog: number | null;
  /** On the monotonic clock: when to compare with Redis again, and when to leave the next heartbeat. */
  tendAtMs: number;
  beatAtMs: number;
  /** What is kept of repairs; null: nothing was so far. */
  history: WorkerHistory | null;
  /** Whether a worker may have left a repair without its receipt. */
  mayBeCutOff: boolean;
  /** What the last comparison found, so that it is said once. */
  findings: ReadonlySet<string>;
}

export function createShardWork(
  given: Pick<ShardWork, 'shard' | 'dependencies' | 'options' | 'outages' | 'suspects'>,
): ShardWork {
  const memory: ShardMemory = {
    position: null,
    generation: null,
    state: 'idle',
    backlog: null,
    tendAtMs: 0,
    beatAtMs: given.dependencies.clock.monotonic() + given.options.heartbeatMs,
    history: null,
    mayBeCutOff: true,
    findings: new Set(),
  };
  return { ...given, tally: createTally(), memory };
}

/** For a screen. */
export function tell({ shard, options, tally, memory }: ShardWork): void {
  const { state, backlog } = memory;
  options.onProgress?.({ shard, state, events: tally.events(), backlog });
}
