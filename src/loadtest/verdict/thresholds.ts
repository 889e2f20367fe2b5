import type { Parsed } from '../../domain/parse/parsed.ts';
import { parsed, refused } from '../../domain/parse/parsed.ts';
import { shown } from '../../domain/parse/shown.ts';
import { suggest } from '../../lib/suggest.ts';

type Unit = 'ms' | 'per_s' | 'count' | 'share';

const TIMES = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;

/** What `--expect` can ask for, and in which unit; a metric that is not here is refused before the run. */
const UNITS: ReadonlyMap<string, Unit> = new Map<string, Unit>([
  ...TIMES.map((name) => [name, 'ms'] as const),
  ...TIMES.map((name) => [`service_${name}`, 'ms'] as const),
  ...TIMES.map((name) => [`lag_${name}`, 'ms'] as const),
  ['settle', 'ms'],
  ['throughput', 'per_s'],
  ['rate', 'per_s'],
  ['accepted', 'count'],
  ['sold_out', 'count'],
  ['limited', 'count'],
  ['replayed', 'count'],
  ['errors', 'count'],
  ['unknown', 'count'],
  ['dropped', 'count'],
  ['oversold', 'count'],
  ['undersold', 'count'],
  ['error_rate', 'share'],
  ['drop_rate', 'share'],
]);

const THRESHOLD_METRICS: readonly string[] = [...UNITS.keys()];

export interface Threshold {
  /** As it was written. */
  readonly expression: string;
  readonly metric: string;
  readonly operator: Operator;
  /** Milliseconds, a second, units, or a share from 0 to 1. */
  readonly limit: number;
}

export interface ThresholdResult {
  readonly expression: string;
  /** null: the run has nothing to measure it by, and so it does not hold. */
  readonly actual: number | null;
  readonly holds: boolean;
}

const OPERATORS = {
  '<': (actual: number, limit: number) => actual < limit,
  '<=': (actual: number, limit: number) => actual <= limit,
  '>': (actual: number, limit: number) => actual > limit,
  '>=': (actual: number, limit: number) => actual >= limit,
  '=': (actual: number, limit: number) => actual === limit,
} as const;
type Operator = keyof typeof OPERATORS;

/** `p99<50ms`, `throughput>=800/s`, `errors=0`, `error_rate<1%`. */
export function parseThreshold(text: string): Parsed<Threshold> {
  const match = /^\s*([a-z0-9_]+)\s*(<=|>=|<|>|=)\s*([0-9.]+)\s*([a-zµ%/]*)\s*$/.exec(text);
  if (match === null) return refused(`${shown(text)} is not a threshold such as p99<50ms`);
  const [, metric = '', operator = '', digits = '', suffix = ''] = match;
  const unit = UNITS.get(metric);
  if (unit === undefined) return refused(unknownMetric(metric));
  const number = /^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$/.test(digits) ? Number(digits) : NaN;
  const factor = FACTORS[unit][suffix];
  if (Number.isNaN(number) || factor === undefined) {
    return refused(`${shown(text)}: ${metric} is compared with ${EXAMPLES[unit]}`);
  }
  return parsed({
    expression: text.trim(),
    metric,
    // The pattern allows no other.
    operator: operator as Operator,
    limit: number * factor,
  });
}

/** @param metrics values by name, in the units of the thresholds */
export function judgeThresholds(
  thresholds: readonly Threshold[],
  metrics: ReadonlyMap<string, number | null>,
): readonly ThresholdResult[] {
  return thresholds.map(({ expression, metric, operator, limit }) => {
    const actual = metrics.get(metric) ?? null;
    return { expression, actual, holds: actual !== null && OPERATORS[operator](actual, limit) };
  });
}

/** `p99<50ms missed: p99 was 80.1 ms`, for each that does not hold. */
export function missedThresholds(results: readonly ThresholdResult[]): readonly string[] {
  return results
    .filter(({ holds }) => !holds)
    .map((result) => `${result.expression} missed: ${measuredText(result)}`);
}

/** `p99 was 80.1 ms`, by the metric that the expression begins with. */
export function measuredText({
  expression,
  actual,
}: Pick<ThresholdResult, 'expression' | 'actual'>): string {
  const metric = /^[a-z0-9_]+/.exec(expression)?.[0] ?? '';
  if (actual === null) return `${metric} was not measured`;
  switch (UNITS.get(metric)) {
    case 'ms':
      return `${metric} was ${digits(actual)} ms`;
    case 'per_s':
      return `${metric} was ${digits(actual)}/s`;
    case 'share':
      return `${metric} was ${digits(actual * 100)}%`;
    default:
      return `${metric} was ${actual}`;
  }
}

/** Thousandths at most: thresholds are told apart by no more. */
function digits(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}

const FACTORS: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  ms: { us: 0.001, µs: 0.001, ms: 1, s: 1_000 },
  per_s: { '/s': 1 },
  count: { '': 1 },
  share: { '': 1, '%': 0.01 },
};

const EXAMPLES: Readonly<Record<Unit, string>> = {
  ms: 'a time such as 50ms or 1.5s',
  per_s: 'a rate such as 800/s',
  count: 'a number such as 0',
  share: 'a share such as 1% or 0.01',
};

function unknownMetric(metric: string): string {
  const near = suggest(metric, THRESHOLD_METRICS)[0];
  const known =
    near === undefined ? `known are ${THRESHOLD_METRICS.join(', ')}` : `did you mean ${near}?`;
  return `there is no metric ${shown(metric)}: ${known}`;
}
