import { describe, expect, it } from 'vitest';
import { summaryPresentation } from '../../../src/cli/commands/loadtest/summary-view.ts';
import type { LoadDocument } from '../../../src/report/load/load-document.ts';
import { SAMPLE } from '../report/sample-document.ts';
import { recordingTerminal } from '../terminal/recording-terminal.ts';

const LONG: LoadDocument = {
  ...SAMPLE,
  failures: [],
  verdict: 'invalid',
  reasons: ['starts were late: 81.5 ms at the 99th percentile', 'the fault kill-worker@1s: no'],
  invariants: SAMPLE.invariants.map((invariant) => ({
    ...invariant,
    holds: true,
    evidence: { summary: '158 accepted, 0 lost, 0 double, 0 that should not be '.repeat(3).trim() },
  })),
};

const ANSWER = { kind: 'first', action: 'order', outcome: 'sold_out', replayed: false, at_ms: 1.5 };

const BROKEN: LoadDocument = {
  ...LONG,
  verdict: 'fail',
  reasons: ['I2 is broken'],
  failures: ['Redis at /run/redis.sock cannot be reached; '.repeat(4).trim()],
  invariants: LONG.invariants.map((invariant) => ({
    ...invariant,
    holds: false,
    evidence: {
      ...invariant.evidence,
      offenders: [{ request_id: 'lt-0123456789abcdef-0000001', answers: [ANSWER, ANSWER] }],
    },
  })),
};

async function summaryAt(
  stdout: number | 'pipe',
  document: LoadDocument = LONG,
): Promise<readonly string[]> {
  const recording = recordingTerminal({ stdout, format: 'table' });
  const { terminal } = recording;
  await terminal.print(summaryPresentation(document, terminal.stdout));
  return recording.stdout().trimEnd().split('\n');
}

const words = (lines: readonly string[]): readonly string[] => lines.join(' ').split(/\s+/);

describe('the summary of a run', () => {
  it.each([60, 80, 120])('breaks its lines between words at %i columns', async (columns) => {
    const lines = await summaryAt(columns);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(words(lines)).toEqual(words(await summaryAt('pipe')));
  });

  it.each([60, 80, 120])('cuts off no failure and no offender at %i columns', async (columns) => {
    const lines = await summaryAt(columns, BROKEN);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(words(lines)).toEqual(words(await summaryAt('pipe', BROKEN)));
    expect(lines.join(' ')).toContain('lt-0123456789abcdef-0000001');
  });

  it('is one line a sentence in a pipe', async () => {
    const lines = await summaryAt('pipe');
    expect(lines.at(-1)).toBe(
      '! invalid, neither good nor bad: starts were late: 81.5 ms at the 99th percentile; the fault kill-worker@1s: no',
    );
  });
});
