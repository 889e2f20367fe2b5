import type { BenchSettings } from '../../../bench/run-bench.ts';
import type { ContestantSummary } from '../../../bench/summary.ts';
import type { JsonObject } from '../../../lib/json.ts';
import type { DeductDocument, StrategyDocument } from '../../../report/bench/bench-document.ts';
import { medianOf } from '../../../report/bench/median-of.ts';
import type {
  Column,
  Presentation,
  StreamProfile,
  StyleName,
  Terminal,
} from '../../terminal/types.ts';
import { barText } from './bar.ts';
import { latencyDocument, rounded } from './figures.ts';
import { machineDocument, machineLine } from './machine.ts';
import type { BenchMachine } from './machine.ts';

interface Circumstances {
  readonly machine: BenchMachine;
  readonly settings: BenchSettings & { readonly connections: number };
}

export function deductDocument(
  summaries: readonly ContestantSummary[],
  { machine, settings }: Circumstances,
): DeductDocument {
  const { seed, rounds, writers, products, stock, durationMs, requestsMax, connections } = settings;
  return {
    schema: 1,
    machine: machineDocument(machine),
    settings: {
      ...{ seed, rounds, concurrency: writers, skus: products, stock, connections },
      duration_ms: Number.isFinite(durationMs) ? durationMs : null,
      requests: Number.isFinite(durationMs) ? null : requestsMax,
    },
    strategies: summaries.map(strategyDocument),
  };
}

function strategyDocument(summary: ContestantSummary): StrategyDocument {
  const { name, isUnsafe, throughput, cpuMs, lastUnits } = summary;
  const { attempted, accepted, rejected, errors, replayed, failures } = summary;
  const { oversold, undersold, lost, double, verdict, retries, deadlocks } = summary;
  return {
    ...{ strategy: name, unsafe: isUnsafe, attempted, accepted, rejected, errors, replayed },
    failures,
    throughput_per_s: rounded(throughput.median),
    throughput_range_per_s: throughput.range.map((value) => rounded(value)),
    latency_ms: latencyDocument(summary.latencyMs),
    ...{ retries, deadlocks },
    cpu_ms: {
      client: rounded(cpuMs.client),
      mysql: cpuMs.mysql === null ? null : rounded(cpuMs.mysql),
      redis: cpuMs.redis === null ? null : rounded(cpuMs.redis),
    },
    settle_ms: rounded(summary.settleMs),
    last_units: { ...lastUnits },
    ...{ oversold, undersold, lost, double, verdict },
  };
}

const WRONG: readonly string[] = ['oversold', 'undersold', 'lost', 'double'];

export function deductPresentation(
  document: DeductDocument,
  { format, stdout }: Pick<Terminal, 'format' | 'stdout'>,
): Presentation {
  const fastest = Math.max(...document.strategies.map((one) => one.throughput_per_s));
  const rows = document.strategies.map((one) => ({
    ...flat(one),
    bar: barText(one.throughput_per_s / fastest, stdout),
  }));
  return {
    document,
    rows,
    columns: format === 'table' ? tableColumns(stdout) : LIST_COLUMNS,
    footer: footerOf(document),
  };
}

/** Latencies and CPU stand beside the rest, as `latency_p50_ms`, `cpu_client_ms`. */
function flat(strategy: StrategyDocument): JsonObject {
  const { latency_ms: latencies, cpu_ms: cpu, ...rest } = strategy;
  return { ...rest, ...renamed(latencies, 'latency'), ...renamed(cpu, 'cpu') };
}

function renamed(values: JsonObject, word: string): JsonObject {
  const entries = Object.entries(values);
  return Object.fromEntries(entries.map(([name, value]) => [`${word}_${name}_ms`, value]));
}

const plain = (key: string, title = key.replaceAll('_', ' ')): Column => ({ key, title });

const wrong = (key: string): Column => ({
  ...plain(key),
  style: (value) => (value === 0 ? undefined : 'red'),
});

const verdict: Column = {
  ...plain('verdict', ''),
  priority: 3,
  style: (value): StyleName => (value === 'SAFE' ? 'green' : 'red'),
};

const TABLE_COLUMNS: readonly Column[] = [
  { ...plain('strategy', ''), priority: 3 },
  { ...plain('throughput_per_s', 'per s'), priority: 2 },
  plain('bar', ''),
  plain('latency_p50_ms', 'p50 ms'),
  plain('latency_p99_ms', 'p99'),
  plain('retries'),
  plain('deadlocks'),
  plain('errors'),
  ...WRONG.map((key) => ({ ...wrong(key), priority: 2 })),
  verdict,
];

/** Below so many columns of the terminal a column gives way: ways are compared line by line. */
const GIVES_WAY_BELOW: Readonly<Record<string, number>> = {
  bar: 122,
  deadlocks: 112,
  retries: 101,
  errors: 92,
  latency_p50_ms: 84,
};

function tableColumns({
  isTty,
  columns,
}: Pick<StreamProfile, 'isTty' | 'columns'>): readonly Column[] {
  const room = isTty ? columns : Infinity;
  return TABLE_COLUMNS.filter(({ key }) => room >= (GIVES_WAY_BELOW[key] ?? 0));
}

const LIST_COLUMNS: readonly Column[] = [
  ...['strategy', 'attempted', 'accepted', 'rejected', 'errors', 'replayed', 'throughput_per_s'],
  ...['latency_p50_ms', 'latency_p95_ms', 'latency_p99_ms', 'latency_p999_ms', 'latency_max_ms'],
  ...['retries', 'deadlocks', 'cpu_client_ms', 'cpu_mysql_ms', 'cpu_redis_ms', 'settle_ms'],
  ...[...WRONG, 'verdict'],
].map((key) => ({ key, title: key }));

function footerOf({ machine, settings }: DeductDocument): string {
  const { concurrency, skus, rounds, seed } = settings;
  const hot = skus === 1 ? 'one hot product' : `${String(skus)} products`;
  const what = `${String(concurrency)} writers, ${hot}, ${medianOf(rounds)}`;
  return `${what}; --seed ${String(seed)}; ${machineLine(machine)}`;
}
