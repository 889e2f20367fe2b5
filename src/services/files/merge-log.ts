import type { MergedLines } from './import-report.ts';

/** Codes whose lines are named in the report; beyond it they are counted. */
const CODES_MAX = 1_000;

/** Lines of one code that are named. */
const LINES_MAX = 100;

/** First spellings that are remembered because they are not the canonical one. */
const SPELLINGS_MAX = 20_000;

/** A later line about a code that an earlier line has defined. */
export interface RepeatedLine {
  readonly code: string;
  /** The code as the line writes it. */
  readonly spelling: string;
  readonly line: number;
  readonly firstLine: number;
  /** Whether it says something else than what the first line defined. */
  readonly differs: boolean;
}

/** Collects which lines of a file met in one code, in bounded memory. */
export interface MergeLog {
  /** The line that defines a code. */
  define(code: string, spelling: string): void;
  repeat(line: RepeatedLine): void;
  /** Codes with several spellings first; `omitted` counts the codes that are not in the list. */
  report(): { readonly merged: readonly MergedLines[]; readonly omitted: number };
}

export function createMergeLog(): MergeLog {
  const spellings = new Map<string, string>();
  const groups = new Map<string, { lines: number[]; spellings: Set<string> }>();
  let omitted = 0;
  return {
    define: (code, spelling) => {
      if (spelling !== code && spellings.size < SPELLINGS_MAX) spellings.set(code, spelling);
    },
    repeat: ({ code, spelling, line, firstLine, differs }) => {
      const first = spellings.get(code) ?? code;
      if (!differs && spelling === first && !groups.has(code)) return;
      let group = groups.get(code);
      if (group === undefined) {
        if (groups.size >= CODES_MAX) {
          omitted += 1;
          return;
        }
        group = { lines: [firstLine], spellings: new Set([first]) };
        groups.set(code, group);
      }
      if (group.lines.length < LINES_MAX) group.lines.push(line);
      group.spellings.add(spelling);
    },
    report: () => {
      const merged = [...groups].map(([sku, group]) => ({
        sku,
        lines: group.lines,
        spellings: [...group.spellings],
      }));
      merged.sort((a, b) => Math.min(b.spellings.length, 2) - Math.min(a.spellings.length, 2));
      return { merged, omitted };
    },
  };
}
