import type { StrategyName } from '../../../domain/posting.ts';
import type { LoadLimits, LoadRun } from '../../../loadtest/runner/load-run.ts';
import type { LoadProgress } from '../../../loadtest/runner/run-load.ts';
import type { LoadSettings } from '../../../loadtest/workload/settings.ts';

/** What one generator is to do; plain data, for a thread. */
export interface GeneratorJob {
  readonly settings: LoadSettings;
  readonly run: string;
  readonly target: StrategyName;
  readonly limits: LoadLimits;
  readonly partition: { readonly index: number; readonly count: number };
}

export type ToGenerator =
  | { readonly kind: 'start'; /** Milliseconds since the epoch. */ readonly startAtMs: number }
  | { readonly kind: 'abort' };

export type FromGenerator =
  /** Its connections stand; it waits for the moment to start. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: LoadProgress }
  | { readonly kind: 'done'; readonly run: LoadRun };

/** The hidden command that a generator's thread runs. */
export const GENERATOR_COMMAND = '__generate';
