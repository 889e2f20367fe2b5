import type { JsonObject } from '../../../lib/json.ts';
import type {
  InvariantDocument,
  LoadDocument,
  TimesDocument,
} from '../../../report/load/load-document.ts';
import { measuredText, missedThresholds } from '../../../loadtest/verdict/thresholds.ts';
import { faultText } from '../../../report/load/fault-text.ts';
import type { Presentation, StreamProfile, Style } from '../../terminal/types.ts';
import { fold } from './fold.ts';

const OFFENDERS_SHOWN_MAX = 3;

const LABEL_COLUMNS = 11;
const INVARIANT_COLUMNS = 6;

/** The summary of a run for people, the verdict last; its document for scripts. */
export function summaryPresentation(
  document: LoadDocument,
  { isTty, columns }: Pick<StreamProfile, 'isTty' | 'columns'>,
): Presentation {
  return {
    document: jsonOf(document),
    rows: [summaryRow(document)],
    human: (style) => summaryLines(document, { style, columns: isTty ? columns : Infinity }),
    receipt: true,
  };
}

/** The same value as plain JSON. */
function jsonOf(document: LoadDocument): JsonObject {
  return JSON.parse(JSON.stringify(document)) as JsonObject;
}

/** One row for csv, tsv and ndjson: the figures, without lists. */
function summaryRow(document: LoadDocument): JsonObject {
  const { verdict, run, seed, profile, target, latency_ms, schedule_lag_ms } = document;
  const { offered, started, dropped, accepted, sold_out, limited, replayed } = document;
  const { errors, unknown, throughput_per_s, settle_ms, invariants } = document;
  return {
    ...{ verdict, run, seed, profile, target, offered, started, dropped, accepted, sold_out },
    ...{ limited, replayed, errors, unknown, throughput_per_s },
    p50_ms: latency_ms.p50,
    p99_ms: latency_ms.p99,
    max_ms: latency_ms.max,
    lag_p99_ms: schedule_lag_ms.p99,
    settle_ms,
    broken: invariants.flatMap(({ id, holds }) => (holds ? [] : [id])).join(' '),
    reasons: document.reasons.join('; '),
  };
}

/** What lines are made for. */
interface Paper {
  readonly style: Style;
  readonly columns: number;
}

function summaryLines(document: LoadDocument, paper: Paper): readonly string[] {
  const { style, columns } = paper;
  const { target, profile, seed } = document;
  const figures = figureLines(document);
  return [
    style.bold(`${profile} on ${target}, seed ${seed}`),
    ...figures.flatMap((text) => fold(text, { columns, indent: LABEL_COLUMNS })),
    ...document.failures.flatMap((message) =>
      fold(`failure    ${message}`, { columns, indent: LABEL_COLUMNS }).map(style.dim),
    ),
    '',
    ...document.invariants.flatMap((invariant) => invariantLines(invariant, paper)),
    ...document.thresholds.flatMap(({ expression, actual, holds }) =>
      judged(paper, holds, `${expression}  (${measuredText({ expression, actual })})`),
    ),
    '',
    ...verdictLines(document, paper),
  ];
}

function figureLines(document: LoadDocument): readonly string[] {
  const { schedule } = document;
  return [
    `starts     ${counted(document.offered)} offered, ${counted(document.started)} started, ${counted(document.dropped)} dropped; ` +
      `${schedule.achieved_per_s.toFixed(0)}/s on average, ${document.throughput_per_s.toFixed(0)} answers/s`,
    `answers    ${answers(document)}`,
    `latency    ${times(document.latency_ms)}`,
    `service    ${times(document.service_ms)}`,
    `lag        ${times(document.schedule_lag_ms)} behind the schedule`,
    `settled    ${document.settle_ms === null ? 'not seen' : `${document.settle_ms.toFixed(0)} ms after the last answer`}`,
    ...document.faults.map((fault) => `fault      ${fault.fault}: ${faultText(fault, document)}`),
  ];
}

function invariantLines(
  { id, name, holds, applies, evidence }: InvariantDocument,
  paper: Paper,
): readonly string[] {
  const { style, columns } = paper;
  const summary = typeof evidence['summary'] === 'string' ? evidence['summary'] : '';
  if (!applies) return [style.dim(`- ${id.padEnd(3)} ${name}: nothing to judge it by`)];
  const head = judged(paper, holds, `${id.padEnd(3)} ${name}: ${summary}`);
  if (holds) return head;
  const offenders: readonly unknown[] = Array.isArray(evidence['offenders'])
    ? evidence['offenders']
    : [];
  const room = { columns, indent: INVARIANT_COLUMNS + 2 };
  return [
    ...head,
    ...offenders
      .slice(0, OFFENDERS_SHOWN_MAX)
      .flatMap((row) => fold(`      ${spacedJson(row)}`, room).map(style.dim)),
  ];
}

/** On one line, with spaces where it may be broken. */
function spacedJson(value: unknown): string {
  return JSON.stringify(value, null, 1).replaceAll(/\n */g, ' ');
}

function verdictLines(
  { verdict, reasons, invariants, thresholds }: LoadDocument,
  { style, columns }: Paper,
): readonly string[] {
  const room = { columns, indent: 2 };
  if (verdict === 'pass') return [style.green(`${style.mark.ok} pass: all invariants hold`)];
  if (verdict === 'invalid') {
    const text = `${style.mark.warn} invalid, neither good nor bad: ${reasons.join('; ')}`;
    return fold(text, room).map(style.yellow);
  }
  const broken = invariants.flatMap(({ id, holds }) => (holds ? [] : [id]));
  const missed = missedThresholds(thresholds);
  const why = broken.length > 0 ? `${broken.join(', ')} broken` : missed.join('; ');
  return fold(`${style.mark.fail} fail: ${why}`, room).map(style.red);
}

function answers(document: LoadDocument): string {
  const { accepted, units_sold, sold_out, limited, refused, replayed } = document;
  const { held, cancelled, errors, unknown, conflicts } = document;
  const parts: readonly (readonly [string, number])[] = [
    ['sold out', sold_out],
    ['above the limit', limited],
    ['refused otherwise', refused],
    ['held', held],
    ['cancelled', cancelled],
    ['replayed', replayed],
    ['conflicts', conflicts],
    ['errors', errors],
    ['unknown', unknown],
  ];
  const others = parts
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${counted(count)} ${word}`);
  const later = document.accepted_later ?? 0;
  const found = later === 0 ? '' : `, ${counted(later)} of them after an unknown answer`;
  const sold = `${counted(accepted)} accepted (${counted(units_sold)} units${found})`;
  return [sold, ...others].join(', ');
}

function times({ p50, p90, p99, p999, max }: TimesDocument): string {
  const one = (value: number | null): string => (value === null ? '-' : shown(value));
  return `p50 ${one(p50)}  p90 ${one(p90)}  p99 ${one(p99)}  p99.9 ${one(p999)}  max ${one(max)} ms`;
}

function judged({ style, columns }: Paper, holds: boolean, text: string): readonly string[] {
  const mark = holds ? style.mark.ok : style.mark.fail;
  const lines = fold(`${mark} ${text}`, { columns, indent: INVARIANT_COLUMNS });
  if (!holds) return lines.map(style.red);
  return lines.map((line, at) => (at === 0 ? style.green(mark) + line.slice(mark.length) : line));
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 1 ? 1 : 3);
}
