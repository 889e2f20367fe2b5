import type { StrategyName } from '../../../domain/posting.ts';
import type { Fault } from '../../../loadtest/faults/parse-fault.ts';
import type { LoadLimits } from '../../../loadtest/runner/load-run.ts';
import type { Threshold } from '../../../loadtest/verdict/thresholds.ts';
import type { LoadSettings } from '../../../loadtest/workload/settings.ts';

/** A load test that can be run: everything is parsed and fits together. */
export interface LoadTestRequest {
  readonly settings: LoadSettings;
  readonly target: StrategyName;
  /** Generators, each in a thread of its own. */
  readonly threads: number;
  readonly limits: LoadLimits;
  readonly faults: readonly Fault[];
  readonly thresholds: readonly Threshold[];
  /** How late starts may be, at the 99th percentile: beyond it the generator was the limit. */
  readonly lagMsMax: number;
  /** How long the books may take to show every sale, after the last answer. */
  readonly settleMs: number;
  /** Name of a database that is not marked for tests. */
  readonly confirmed: string | undefined;
}
