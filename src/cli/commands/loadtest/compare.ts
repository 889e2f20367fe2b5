import type { JsonObject } from '../../../lib/json.ts';
import type { LoadDocument } from '../../../report/load/load-document.ts';
import { readReportFile } from '../../composition/loadtest/report-files.ts';
import type { Context } from '../../context.ts';

export interface CompareOptions {
  readonly first: string;
  readonly second: string;
}

interface Compared {
  readonly metric: string;
  readonly first: number | null;
  readonly second: number | null;
  /** Second by first; null where one is missing or the first is 0. */
  readonly ratio: number | null;
}

/** Two runs side by side. Of different plans it says so: then the load differs, not only the system. */
export async function runLoadtestCompare(
  { terminal }: Context,
  options: CompareOptions,
): Promise<void> {
  const first = await readReportFile(options.first);
  const second = await readReportFile(options.second);
  const isSamePlan = first.plan_hash === second.plan_hash;
  if (!isSamePlan) {
    terminal.warn('the two runs had different plans: other settings, or another seed');
  }
  const rows = compared(first, second);
  await terminal.print({
    document: {
      same_plan: isSamePlan,
      first: headOf(first),
      second: headOf(second),
      metrics: rows.map((row) => ({ ...row })),
    },
    rows: rows.map((row) => ({ ...row })),
    columns: [
      { key: 'metric', title: 'metric' },
      { key: 'first', title: titleOf(first) },
      { key: 'second', title: titleOf(second) },
      { key: 'ratio', title: 'ratio' },
    ],
  });
}

function headOf({
  run,
  verdict,
  profile,
  target,
  seed,
  plan_hash,
  started_at,
}: LoadDocument): JsonObject {
  return { run, verdict, profile, target, seed, plan_hash, started_at };
}

function titleOf({ target, verdict }: LoadDocument): string {
  return `${target} (${verdict})`;
}

function compared(first: LoadDocument, second: LoadDocument): readonly Compared[] {
  return METRICS.map(([metric, of]) => {
    const [a, b] = [of(first), of(second)];
    const ratio = a === null || b === null || a === 0 ? null : Math.round((b / a) * 1000) / 1000;
    return { metric, first: a, second: b, ratio };
  });
}

const METRICS: readonly (readonly [string, (document: LoadDocument) => number | null])[] = [
  ['offered', ({ offered }) => offered],
  ['dropped', ({ dropped }) => dropped],
  ['accepted', ({ accepted }) => accepted],
  ['units_sold', ({ units_sold }) => units_sold],
  ['sold_out', ({ sold_out }) => sold_out],
  ['limited', ({ limited }) => limited],
  ['replayed', ({ replayed }) => replayed],
  ['errors', ({ errors }) => errors],
  ['unknown', ({ unknown }) => unknown],
  ['throughput_per_s', ({ throughput_per_s }) => throughput_per_s],
  ['latency_p50_ms', ({ latency_ms }) => latency_ms.p50],
  ['latency_p99_ms', ({ latency_ms }) => latency_ms.p99],
  ['latency_max_ms', ({ latency_ms }) => latency_ms.max],
  ['service_p50_ms', ({ service_ms }) => service_ms.p50],
  ['service_p99_ms', ({ service_ms }) => service_ms.p99],
  ['lag_p99_ms', ({ schedule_lag_ms }) => schedule_lag_ms.p99],
  ['settle_ms', ({ settle_ms }) => settle_ms],
  ['broken_invariants', ({ invariants }) => invariants.filter(({ holds }) => !holds).length],
];
