import { barChart } from '../chart/bar-chart.ts';
import { escapeHtml } from '../html/escape.ts';
import { htmlPage } from '../html/page.ts';
import { medianOf } from './median-of.ts';
import { plainTable } from '../html/plain-table.ts';
import type {
  BenchMachineDocument,
  DeductDocument,
  LatencyDocument,
  LuaDocument,
} from './bench-document.ts';

/** `inv bench deduct` as one page that can be mailed, with its document inside. */
export function deductPage(document: DeductDocument): string {
  const { strategies, settings, machine } = document;
  const { concurrency, skus, rounds, seed } = settings;
  const hot = skus === 1 ? 'one hot product' : `${String(skus)} products`;
  const broken = strategies.filter(({ verdict, unsafe }) => verdict === 'UNSAFE' && !unsafe);
  const names = broken.map(({ strategy }) => strategy).join(', ');
  return htmlPage({
    title: `inv bench deduct: ${String(concurrency)} writers, ${hot}`,
    data: document,
    body: [
      '<h1>inv bench deduct</h1>',
      `<p class="faint">${String(concurrency)} writers, ${hot}, ${medianOf(rounds)}, seed ${String(seed)}</p>`,
      broken.length === 0
        ? verdictBox('pass', 'no strategy oversold, undersold, lost or booked anything twice')
        : verdictBox('fail', `UNSAFE: ${names}`),
      `<h2>Speed</h2>\n<div class="charts">${barChart({
        title: 'Accepted',
        unit: 'requests a second',
        bars: strategies.map(({ strategy, throughput_per_s, verdict }) => ({
          ...{ name: strategy, value: throughput_per_s, isBad: verdict === 'UNSAFE' },
        })),
      })}${barChart({
        title: 'Latency, 99th percentile',
        unit: 'ms',
        bars: strategies.map(({ strategy, latency_ms, verdict }) => ({
          ...{ name: strategy, value: latency_ms.p99 ?? 0, isBad: verdict === 'UNSAFE' },
        })),
      })}</div>`,
      '<h2>What the books say <span class="faint">units</span></h2>',
      plainTable(
        ['strategy', 'oversold', 'undersold', 'lost', 'double', 'verdict'],
        strategies.map((one) => [
          ...[one.strategy, one.oversold, one.undersold, one.lost, one.double],
          verdictText(one),
        ]),
      ),
      '<h2>What it took <span class="faint">timed bouts</span></h2>',
      plainTable(
        [
          ...['strategy', 'attempted', 'accepted', 'rejected', 'errors', 'retries', 'deadlocks'],
          ...['CPU client ms', 'CPU MySQL ms', 'CPU Redis ms', 'settled after ms'],
        ],
        strategies.map((one) => [
          ...[one.strategy, one.attempted, one.accepted, one.rejected, one.errors],
          ...[one.retries, one.deadlocks, one.cpu_ms.client, one.cpu_ms.mysql, one.cpu_ms.redis],
          one.settle_ms,
        ]),
      ),
      latencies(strategies.map((one) => ({ name: one.strategy, latency: one.latency_ms }))),
      machineFacts(machine),
    ].join('\n'),
  });
}

/** `inv bench lua` as one page. */
export function luaPage(document: LuaDocument): string {
  const { variants, settings, machine } = document;
  const broken = variants.filter(({ verdict, unsafe }) => verdict === 'UNSAFE' && !unsafe);
  return htmlPage({
    title: `inv bench lua: ${String(settings.concurrency)} in flight`,
    data: document,
    body: [
      '<h1>inv bench lua</h1>',
      `<p class="faint">${String(settings.concurrency)} requests in flight, ${medianOf(settings.rounds)}</p>`,
      broken.length === 0
        ? verdictBox('pass', 'every unit that was promised is gone from the store, once')
        : verdictBox('fail', `UNSAFE: ${broken.map(({ variant }) => variant).join(', ')}`),
      `<h2>Speed</h2>\n<div class="charts">${barChart({
        title: 'Deductions',
        unit: 'a second',
        bars: variants.map(({ variant, throughput_per_s, verdict }) => ({
          ...{ name: variant, value: throughput_per_s, isBad: verdict === 'UNSAFE' },
        })),
      })}</div>`,
      plainTable(
        ['variant', 'attempted', 'accepted', 'CPU client ms', 'CPU Redis ms', 'wrong', 'verdict'],
        variants.map((one) => [
          ...[one.variant, one.attempted, one.accepted, one.cpu_ms.client, one.cpu_ms.redis],
          ...[one.wrong, verdictText(one)],
        ]),
      ),
      latencies(variants.map((one) => ({ name: one.variant, latency: one.latency_ms }))),
      machineFacts(machine),
    ].join('\n'),
  });
}

function verdictBox(state: 'pass' | 'fail', text: string): string {
  return `<div class="verdict ${state}">${state}<small>${escapeHtml(text)}</small></div>`;
}

function verdictText(one: { readonly unsafe: boolean; readonly verdict: string }): string {
  return one.unsafe ? `${one.verdict}, as expected of it` : one.verdict;
}

function latencies(
  lines: readonly { readonly name: string; readonly latency: LatencyDocument }[],
): string {
  const table = plainTable(
    ['', 'p50', 'p95', 'p99', 'p99.9', 'most'],
    lines.map(({ name, latency }) => [
      ...[name, latency.p50, latency.p95, latency.p99, latency.p999, latency.max],
    ]),
  );
  return `<h2>Latency <span class="faint">ms</span></h2>\n${table}`;
}

function machineFacts(machine: BenchMachineDocument): string {
  const rows = Object.entries(machine).map(([name, value]) => [
    name.replaceAll('_', ' '),
    String(value ?? '–'),
  ]);
  return `<h2>Machine</h2>\n${plainTable(['', ''], rows)}`;
}
