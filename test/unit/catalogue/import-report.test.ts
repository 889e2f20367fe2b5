import { describe, expect, test } from 'vitest';
import {
  createImportTally,
  importDocument,
  importOutcome,
  nothingApplied,
} from '../../../src/services/files/import-report.ts';
import type { LineError } from '../../../src/services/files/import-report.ts';
import { createMergeLog } from '../../../src/services/files/merge-log.ts';

const bad = (line: number, code: LineError['code'] = 'INVALID_INPUT'): LineError => ({
  line,
  code,
  message: 'wrong',
  sku: null,
});

function reportOf(applied: number, replayed: number, errors: readonly LineError[]) {
  const tally = createImportTally();
  tally.line(applied + replayed + errors.length);
  tally.applied(applied);
  tally.replayed(replayed);
  for (const error of errors) tally.fail(error);
  return tally.report('f'.repeat(64));
}

describe('the exit of an import', () => {
  test.each([
    ['nothing at all', [0, 0, []], undefined],
    ['every line applied', [3, 0, []], undefined],
    ['every line known', [0, 3, []], undefined],
    ['some applied, some refused', [1, 0, [bad(3)]], 'BATCH_PARTLY_DONE'],
    ['some known, some refused', [0, 1, [bad(3)]], 'BATCH_PARTLY_DONE'],
    ['every line refused alike', [0, 0, [bad(2, 'NOT_FOUND'), bad(3, 'NOT_FOUND')]], 'NOT_FOUND'],
    ['every line refused', [0, 0, [bad(2, 'NOT_FOUND'), bad(3)]], 'INVALID_INPUT'],
  ] as const)('%s', (_, [applied, replayed, errors], code) => {
    expect(importOutcome(reportOf(applied, replayed, errors))).toBe(code);
  });

  test('its error carries the whole document, and the first line in words', () => {
    const report = reportOf(0, 0, [bad(9), bad(4)]);
    const error = nothingApplied(report, 'INVALID_INPUT');
    expect(error.message).toBe(
      'nothing was applied, 2 of 2 lines cannot be: line 4: wrong (and 1 more)',
    );
    expect(error.facts).toEqual(importDocument(report));
    expect(error.facts).toMatchObject({ lines: 2, applied: 0, replayed: 0, failed: 2 });
  });
});

describe('lines that meet in one code', () => {
  test('are named with every spelling; equal lines are not', () => {
    const log = createMergeLog();
    log.define('85123A', '85123a');
    const line = { code: '85123A', firstLine: 12, differs: false };
    log.repeat({ ...line, spelling: '85123a', line: 20 });
    log.repeat({ ...line, spelling: '85123A', line: 40 });
    log.repeat({ code: 'B', spelling: 'B', line: 41, firstLine: 13, differs: true });
    expect(log.report()).toEqual({
      merged: [
        { sku: '85123A', lines: [12, 40], spellings: ['85123a', '85123A'] },
        { sku: 'B', lines: [13, 41], spellings: ['B'] },
      ],
      linesOmitted: 0,
    });
  });

  test('are counted beyond a thousand codes, and spellings are never crowded out', () => {
    const log = createMergeLog();
    for (let line = 1; line <= 1_500; line += 1) {
      const code = `C${String(line)}`;
      log.repeat({ code, spelling: code, line: line + 2_000, firstLine: line, differs: true });
    }
    log.repeat({ code: 'X', spelling: 'x', line: 9_000, firstLine: 8_000, differs: false });
    const { merged, linesOmitted } = log.report();
    expect([merged.length, merged[0]?.sku, linesOmitted]).toEqual([1_001, 'X', 500]);
  });
});
