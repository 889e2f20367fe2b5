import type { MergedLines } from './import-report.ts';

/** Codes whose lines are named in the report; beyond it their lines are counted. */
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

/** Collects which lines of a file met in one code and do not say the same, in bounded memory. */
export interface MergeLog {
  /** The line that defines a code. */
  define(code: string, spelling: string): void;
  repeat(line: RepeatedLine): void;
  /** Codes with several spellings first; `linesOmitted` counts the lines of codes not in the list. */
  report(): { readonly merged: readonly MergedLines[]; readonly linesOmitted: number };
}

interface Group {
  readonly lines: number[];
  readonly spellings: Set<string>;
}

export function createMergeLog(): MergeLog {
  const firstSpellings = new Map<string, string>();
  // Apart, so that a thousand changed prices cannot hide the two spellings of one code.
  const respelt = new Map<string, Group>();
  const changed = new Map<string, Group>();
  let linesOmitted = 0;

  function add(groups: Map<string, Group>, first: string, repeated: RepeatedLine): void {
    const { code, spelling, line, firstLine } = repeated;
    let group = groups.get(code);
    if (group === undefined) {
      if (groups.size >= CODES_MAX) {
        linesOmitted += 1;
        return;
      }
      group = { lines: [firstLine], spellings: new Set([first]) };
      groups.set(code, group);
    }
    if (group.lines.length < LINES_MAX) group.lines.push(line);
    group.spellings.add(spelling);
  }

  return {
    define: (code, spelling) => {
      if (spelling === code || firstSpellings.size >= SPELLINGS_MAX) return;
      firstSpellings.set(code, spelling);
    },
    repeat: (repeated) => {
      const first = firstSpellings.get(repeated.code) ?? repeated.code;
      if (repeated.spelling !== first) add(respelt, first, repeated);
      else if (repeated.differs) add(changed, first, repeated);
    },
    report: () => ({ merged: [...listed(respelt), ...listed(changed)], linesOmitted }),
  };
}

function listed(groups: ReadonlyMap<string, Group>): readonly MergedLines[] {
  return [...groups].map(([sku, { lines, spellings }]) => ({
    sku,
    lines,
    spellings: [...spellings],
  }));
}
