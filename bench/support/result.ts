import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { BenchOptions } from './options.ts';
import type { Spread } from './statistics.ts';

/** A ratio with what docs and issues promise of it. */
export interface Comparison {
  readonly what: string;
  readonly peer: string;
  readonly ratio: Spread;
  /** `P9`, … of the performance targets; absent where nothing is promised. */
  readonly target?: { readonly id: string; readonly atMost?: number; readonly atLeast?: number };
}

/** Something that must hold, whatever the speed. */
export interface Check {
  readonly what: string;
  readonly holds: boolean;
  readonly evidence: string;
}

export interface BenchResult {
  readonly name: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly comparisons: readonly Comparison[];
  readonly checks: readonly Check[];
  /** What was measured, in the benchmark's own shape. */
  readonly measured: unknown;
}

/** Load that other processes may put on the machine before figures are called noisy. */
const QUIET_LOAD_MAX = 1.5;

const loadAtStart = loadavg()[0] ?? 0;

/**
 * Writes bench-results/NAME.json and says the verdicts. The process fails when an answer was wrong:
 * a fast wrong answer is worth nothing. A missed target is said, and fails nothing.
 */
export function conclude(result: BenchResult, options: BenchOptions): void {
  const { comparisons, checks } = result;
  const isNoisy = loadAtStart > QUIET_LOAD_MAX;
  const document = {
    schema: 1,
    ...result,
    settings: { quick: options.quick, rounds: options.rounds, ...result.settings },
    machine: machine(),
    load_at_start: loadAtStart,
    noisy: isNoisy,
  };
  mkdirSync('bench-results', { recursive: true });
  const file = join('bench-results', `${result.name}${options.quick ? '-quick' : ''}.json`);
  writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);

  printTable(
    ['compared', 'with', 'ratio', 'middle half', 'range', 'target', ''],
    comparisons.map((comparison) => [
      comparison.what,
      comparison.peer,
      comparison.ratio.median.toFixed(2),
      comparison.ratio.quartiles.map((value) => value.toFixed(2)).join('–'),
      comparison.ratio.range.map((value) => value.toFixed(2)).join('–'),
      ...verdict(comparison),
    ]),
  );
  for (const check of checks.filter(({ holds }) => !holds)) {
    print(`WRONG: ${check.what}: ${check.evidence}`);
  }
  const right = checks.filter(({ holds }) => holds).length;
  print(`${right} of ${checks.length} checks hold; written to ${file}`);
  if (isNoisy) print(`noisy: the load was ${loadAtStart.toFixed(1)} when the benchmark began`);
  if (options.quick) print('quick: these figures show that it works, not how fast it is');
  if (right < checks.length) process.exitCode = 1;
}

export function check(what: string, actual: unknown, expected: unknown): Check {
  const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  const holds = found === wanted;
  return { what, holds, evidence: holds ? found : `${found} instead of ${wanted}` };
}

export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const lines = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  for (const line of lines) {
    print(
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    );
  }
  print('');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function verdict({ target, ratio }: Comparison): [string, string] {
  if (target === undefined) return ['', ''];
  const { id, atMost = Infinity, atLeast = -Infinity } = target;
  const shown = target.atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
  return [`${id} ${shown}`, ratio.median <= atMost && ratio.median >= atLeast ? 'met' : 'missed'];
}

function machine(): Readonly<Record<string, unknown>> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory_gib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}
