import type { JsonObject } from '../../lib/json.ts';

/** What figures were measured on. */
export type BenchMachineDocument = Readonly<{
  cpu: string;
  cores: number;
  memory_gib: number;
  system: string;
  node: string;
  mysql: string | null;
  redis: string | null;
  /** Of the whole machine, in the last minute. */
  load: number;
}>;

export type LatencyDocument = Readonly<
  Record<'p50' | 'p95' | 'p99' | 'p999' | 'max', number | null>
>;

/** One line of `strategies` (`inv bench deduct --json`). Times in milliseconds. */
export interface StrategyDocument extends JsonObject {
  readonly strategy: string;
  /** Known to be wrong, and shown for that reason. */
  readonly unsafe: boolean;
  readonly attempted: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly errors: number;
  /** Accepted requests a second: median of the rounds. */
  readonly throughput_per_s: number;
  readonly throughput_range_per_s: readonly number[];
  readonly latency_ms: LatencyDocument;
  readonly retries: number;
  readonly deadlocks: number | null;
  readonly cpu_ms: Readonly<{ client: number; mysql: number | null; redis: number | null }>;
  readonly settle_ms: number;
  readonly oversold: number;
  readonly undersold: number;
  readonly lost: number;
  readonly double: number;
  readonly verdict: 'SAFE' | 'UNSAFE';
}

export interface DeductDocument extends JsonObject {
  readonly schema: 1;
  readonly machine: BenchMachineDocument;
  readonly settings: Readonly<{
    seed: number;
    rounds: number;
    concurrency: number;
    skus: number;
    stock: number;
    connections: number;
    duration_ms: number | null;
    requests: number | null;
  }>;
  readonly strategies: readonly StrategyDocument[];
}

/** One line of `variants` (`inv bench lua --json`). */
export interface VariantDocument extends JsonObject {
  readonly variant: string;
  /** It checks nothing, and shows what the bare command costs. */
  readonly unsafe: boolean;
  readonly attempted: number;
  readonly accepted: number;
  readonly throughput_per_s: number;
  readonly throughput_range_per_s: readonly number[];
  readonly latency_ms: LatencyDocument;
  readonly cpu_ms: Readonly<{ client: number; redis: number | null }>;
  /** Units by which the store differs from what callers were told, or promised beyond what there was. */
  readonly wrong: number;
  readonly verdict: 'SAFE' | 'UNSAFE';
}

export interface LuaDocument extends JsonObject {
  readonly schema: 1;
  readonly machine: BenchMachineDocument;
  readonly settings: Readonly<{
    rounds: number;
    concurrency: number;
    duration_ms: number | null;
    requests: number | null;
  }>;
  readonly variants: readonly VariantDocument[];
}
