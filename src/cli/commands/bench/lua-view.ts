import type { LuaSettings, VariantSummary } from '../../../bench/lua/run-lua.ts';
import type { LuaDocument, VariantDocument } from '../../../report/bench/bench-document.ts';
import { medianOf } from '../../../report/bench/median-of.ts';
import type { Column, Presentation, Terminal } from '../../terminal/types.ts';
import { barText } from './bar.ts';
import { latencyDocument, rounded } from './figures.ts';
import { machineDocument, machineLine } from './machine.ts';
import type { BenchMachine } from './machine.ts';

export function luaDocument(
  summaries: readonly VariantSummary[],
  { machine, settings }: { readonly machine: BenchMachine; readonly settings: LuaSettings },
): LuaDocument {
  const { rounds, writers, durationMs, requestsMax } = settings;
  return {
    schema: 1,
    machine: machineDocument(machine),
    settings: {
      ...{ rounds, concurrency: writers },
      duration_ms: Number.isFinite(durationMs) ? durationMs : null,
      requests: Number.isFinite(durationMs) ? null : requestsMax,
    },
    variants: summaries.map(variantDocument),
  };
}

function variantDocument(summary: VariantSummary): VariantDocument {
  const { name, isUnsafe, attempted, accepted, throughput, cpuMs, wrong } = summary;
  return {
    ...{ variant: name, unsafe: isUnsafe, attempted, accepted },
    throughput_per_s: rounded(throughput.median),
    throughput_range_per_s: throughput.range.map((value) => rounded(value)),
    latency_ms: latencyDocument(summary.latencyMs),
    cpu_ms: {
      client: rounded(cpuMs.client),
      redis: cpuMs.redis === null ? null : rounded(cpuMs.redis),
    },
    wrong,
    verdict: wrong === 0 ? 'SAFE' : 'UNSAFE',
  };
}

export function luaPresentation(
  document: LuaDocument,
  { format, stdout }: Pick<Terminal, 'format' | 'stdout'>,
): Presentation {
  const fastest = Math.max(...document.variants.map((one) => one.throughput_per_s));
  const { concurrency, rounds } = document.settings;
  return {
    document,
    rows: document.variants.map(({ latency_ms: latency, cpu_ms: cpu, ...rest }) => ({
      ...rest,
      bar: barText(rest.throughput_per_s / fastest, stdout),
      ...{ latency_p50_ms: latency.p50, latency_p99_ms: latency.p99 },
      ...{ cpu_client_ms: cpu.client, cpu_redis_ms: cpu.redis },
    })),
    columns: format === 'table' ? TABLE_COLUMNS : LIST_COLUMNS,
    footer: `${String(concurrency)} in flight, ${medianOf(rounds)}; ${machineLine(document.machine)}`,
  };
}

const column = (key: string, title = key): Column => ({ key, title });

const verdict: Column = {
  ...column('verdict', ''),
  style: (value) => (value === 'SAFE' ? 'green' : 'red'),
};

const TABLE_COLUMNS: readonly Column[] = [
  ...[column('variant', ''), column('throughput_per_s', 'per s'), column('bar', '')],
  ...[column('latency_p50_ms', 'p50 ms'), column('latency_p99_ms', 'p99')],
  ...[column('cpu_client_ms', 'CPU client'), column('cpu_redis_ms', 'Redis'), column('wrong')],
  verdict,
];

const LIST_COLUMNS: readonly Column[] = [
  ...['variant', 'attempted', 'accepted', 'throughput_per_s', 'latency_p50_ms', 'latency_p99_ms'],
  ...['cpu_client_ms', 'cpu_redis_ms', 'wrong', 'verdict'],
].map((key) => column(key));
