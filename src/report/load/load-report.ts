import { faultText } from './fault-text.ts';
import type { JsonValue } from '../../lib/json.ts';
import { escapeHtml } from '../html/escape.ts';
import { htmlPage } from '../html/page.ts';
import { loadCharts } from './load-charts.ts';
import type { InvariantDocument, LoadDocument, TimesDocument } from './load-document.ts';

/** A run as one page that can be mailed, with its document inside. */
export function loadReport(document: LoadDocument): string {
  const { profile, target, seed, verdict } = document;
  return htmlPage({
    title: `${verdict}: ${profile} on ${target}, seed ${seed}`,
    data: document,
    body: [
      `<h1>inv loadtest: ${escapeHtml(profile)} on ${escapeHtml(target)}</h1>`,
      `<p class="faint">run ${escapeHtml(document.run)}, ${escapeHtml(document.started_at)}, seed ${seed}</p>`,
      verdictBox(document),
      cards(document),
      `<h2>Over time <span class="faint">slots of ${document.slot_ms} ms, from the start of the schedule</span></h2>`,
      `<div class="charts">${loadCharts(document).join('\n')}</div>`,
      '<h2>Invariants</h2>',
      table(['', 'invariant', 'evidence'], document.invariants.map(invariantRow)),
      ...thresholds(document),
      ...faults(document),
      '<h2>Times <span class="faint">ms</span></h2>',
      timesTable(document),
      ...failures(document),
      '<h2>Settings, versions, machine</h2>',
      `<div class="settings">${facts(document)}</div>`,
    ].join('\n'),
  });
}

function verdictBox({ verdict, reasons, invariants, thresholds: expected }: LoadDocument): string {
  const broken = invariants.flatMap(({ id, holds }) => (holds ? [] : [id]));
  const missed = expected.flatMap(({ expression, holds }) => (holds ? [] : [expression]));
  const why =
    verdict === 'invalid'
      ? [`neither good nor bad: ${reasons.join('; ')}`]
      : [
          ...(broken.length > 0 ? [`broken: ${broken.join(', ')}`] : []),
          ...(missed.length > 0 ? [`missed: ${missed.join(', ')}`] : []),
        ];
  const text = why.length === 0 ? 'every invariant holds' : why.join('; ');
  return `<div class="verdict ${verdict}">${verdict}<small>${escapeHtml(text)}</small></div>`;
}

function cards(document: LoadDocument): string {
  const { latency_ms, schedule, settle_ms } = document;
  const values: readonly (readonly [string, string])[] = [
    ['starts offered', counted(document.offered)],
    ['dropped', counted(document.dropped)],
    ['accepted', counted(document.accepted)],
    ['sold out', counted(document.sold_out)],
    ['above the limit', counted(document.limited)],
    ['replayed', counted(document.replayed)],
    ['errors', counted(document.errors)],
    ['unknown at first', counted(document.unknown)],
    ['starts a second', counted(Math.round(schedule.achieved_per_s))],
    ['latency p99', milliseconds(latency_ms.p99)],
    ['lag p99', milliseconds(document.schedule_lag_ms.p99)],
    ['settled after', milliseconds(settle_ms)],
  ];
  const shown = values.map(([name, value]) => `<div>${name}<b>${value}</b></div>`);
  return `<div class="cards">${shown.join('')}</div>`;
}

function invariantRow({
  id,
  name,
  holds,
  applies,
  evidence,
}: InvariantDocument): readonly string[] {
  const { summary, ...rest } = evidence;
  const state = applies ? (holds ? 'holds' : 'broken') : 'faint';
  const word = applies ? (holds ? 'holds' : 'broken') : 'not judged';
  const text = typeof summary === 'string' ? escapeHtml(summary) : '';
  return [
    `<b class="${state}">${word}</b>`,
    `${id} ${escapeHtml(name)}`,
    `${text}<details><summary>evidence</summary>${pre(rest)}</details>`,
  ];
}

function thresholds({ thresholds: expected }: LoadDocument): readonly string[] {
  if (expected.length === 0) return [];
  const rows = expected.map(({ expression, actual, holds }) => [
    `<b class="${holds ? 'holds' : 'broken'}">${holds ? 'holds' : 'missed'}</b>`,
    `<code>${escapeHtml(expression)}</code>`,
    actual === null ? 'not measured' : String(actual),
  ]);
  return ['<h2>Thresholds</h2>', table(['', 'expected', 'measured'], rows)];
}

function faults(document: LoadDocument): readonly string[] {
  if (document.faults.length === 0) return [];
  const rows = document.faults.map((fault) => [
    `<code>${escapeHtml(fault.fault)}</code>`,
    escapeHtml(faultText(fault, document)),
  ]);
  return ['<h2>Faults</h2>', table(['fault', 'when'], rows)];
}

function timesTable({ latency_ms, service_ms, schedule_lag_ms }: LoadDocument): string {
  const names = ['mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const;
  const row = (title: string, times: TimesDocument): readonly string[] => [
    title,
    ...names.map((name) => milliseconds(times[name])),
  ];
  return table(
    ['', ...names],
    [
      row('latency, from the intended start', latency_ms),
      row('service time, from the actual start', service_ms),
      row('lag of the start itself', schedule_lag_ms),
    ],
    { numbersFrom: 1 },
  );
}

function failures({ failures: messages }: LoadDocument): readonly string[] {
  if (messages.length === 0) return [];
  const items = messages.map((message) => `<li>${escapeHtml(message)}</li>`);
  return [
    '<h2>Failures <span class="faint">each kind once</span></h2>',
    `<ul>${items.join('')}</ul>`,
  ];
}

function facts({ settings, versions, machine, schedule, plan_hash }: LoadDocument): string {
  return pre({ versions, machine, schedule: { ...schedule }, plan_hash, settings });
}

function pre(value: JsonValue): string {
  return `<pre>${escapeHtml(JSON.stringify(value, undefined, 2))}</pre>`;
}

function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { numbersFrom = Infinity }: { readonly numbersFrom?: number } = {},
): string {
  const cell = (tag: string) => (text: string, at: number) =>
    `<${tag}${at >= numbersFrom ? ' class="n"' : ''}>${text}</${tag}>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`);
  return `<div class="scroll"><table><tr>${header.map(cell('th')).join('')}</tr>${body.join('')}</table></div>`;
}

function counted(count: number): string {
  return count.toLocaleString('en-US');
}

function milliseconds(value: number | null): string {
  if (value === null) return '–';
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(value >= 1 ? 1 : 3)} ms`;
}
