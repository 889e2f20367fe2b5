import type { JsonObject } from '../../lib/json.ts';

/** Version of the document: raised when a field changes its meaning. */
export const LOAD_SCHEMA = 1;

/** Milliseconds; null where nothing was measured. */
export interface TimesDocument {
  readonly count: number;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
}

/** One slot of the series. Counts are of the slot; the rest is null where it was not known. */
export interface SlotDocument {
  /** From the start of the schedule to the start of the slot. */
  readonly at_ms: number;
  readonly offered: number;
  readonly started: number;
  readonly dropped: number;
  readonly answered: number;
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  /** Units sold. */
  readonly units: number;
  readonly p50_ms: number | null;
  readonly p99_ms: number | null;
  readonly max_ms: number | null;
  readonly units_left: number | null;
  /** Sold and not in the books yet. */
  readonly backlog: number | null;
}

export interface InvariantDocument {
  readonly id: string;
  readonly name: string;
  readonly holds: boolean;
  /** False where the run has nothing to judge it by. */
  readonly applies: boolean;
  readonly evidence: JsonObject;
}

/** One run of `inv loadtest`, as `--json` and `--save` write it (docs/loadtest.md names the fields). */
export interface LoadDocument {
  readonly schema: number;
  readonly verdict: 'pass' | 'fail' | 'invalid';
  /** Why it does not pass: broken invariants, why the run is invalid, missed thresholds. */
  readonly reasons: readonly string[];
  readonly run: string;
  readonly started_at: string;
  readonly seed: number;
  readonly profile: string;
  readonly target: string;
  readonly offered: number;
  readonly started: number;
  readonly dropped: number;
  readonly skipped: number;
  readonly accepted: number;
  /** Of the accepted: those whose own answer was lost, so that their start is among the unknown. */
  readonly accepted_later?: number;
  readonly units_sold: number;
  readonly held: number;
  readonly cancelled: number;
  readonly sold_out: number;
  readonly limited: number;
  readonly refused: number;
  readonly replayed: number;
  readonly conflicts: number;
  readonly errors: number;
  readonly unknown: number;
  /** Answers a second between the first and the last start. */
  readonly throughput_per_s: number;
  readonly latency_ms: TimesDocument;
  readonly service_ms: TimesDocument;
  readonly schedule_lag_ms: TimesDocument;
  readonly schedule: {
    readonly planned_ms: number;
    readonly actual_ms: number;
    readonly planned_per_s: number;
    readonly achieved_per_s: number;
    readonly busy_share: number;
    readonly warm_up_ms: number;
  };
  /** From the last answer until the books showed every sale; null: not seen. */
  readonly settle_ms: number | null;
  readonly invariants: readonly InvariantDocument[];
  readonly thresholds: readonly {
    readonly expression: string;
    readonly actual: number | null;
    readonly holds: boolean;
  }[];
  readonly faults: readonly {
    readonly fault: string;
    /** From the start of the schedule, as in the series; null: it did not happen. */
    readonly at_ms: number | null;
    readonly until_ms: number | null;
    readonly problem: string | null;
  }[];
  readonly failures: readonly string[];
  readonly plan_hash: string;
  /** Everything that made the plan, and how it was run: `inv loadtest replay` reads it. */
  readonly settings: JsonObject;
  readonly histograms: JsonObject;
  readonly versions: JsonObject;
  readonly machine: JsonObject;
  readonly slot_ms: number;
  readonly series: readonly SlotDocument[];
}
