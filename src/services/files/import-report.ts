import { InvError } from '../../lib/errors.ts';
import type { ErrorCode } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/json.ts';

/** Refused lines that a report carries; beyond it they are counted, and kept whole by `--errors FILE`. */
const ERRORS_KEPT_MAX = 50_000;

/** One refused line of a file. */
export interface LineError {
  /** The physical line, from 1; the header of a CSV file is line 1. */
  readonly line: number;
  readonly code: ErrorCode;
  readonly message: string;
  /** What the line is about, as far as it could be read. */
  readonly sku: string | null;
}

/** Lines of one file that are about the same thing and do not say the same. */
export interface MergedLines {
  readonly sku: string;
  readonly lines: readonly number[];
  readonly spellings: readonly string[];
}

/** What became of the lines of a file: applied + replayed + failed = lines, once it was read whole. */
export interface ImportReport {
  readonly fileSha256: string;
  readonly lines: number;
  readonly applied: number;
  /** Known already, so that nothing was written. */
  readonly replayed: number;
  readonly failed: number;
  /** The first refused lines, in the order of the file; `failed` counts them all. */
  readonly errors: readonly LineError[];
  /** The code that all refused lines share; null when there are several, or none. */
  readonly commonCode: ErrorCode | null;
  readonly merged: readonly MergedLines[];
  /** More fields of the document, under their JSON names. */
  readonly more: JsonObject;
}

export interface ImportTally {
  line(count?: number): void;
  applied(count?: number): void;
  replayed(count?: number): void;
  fail(error: LineError): void;
  merge(lines: MergedLines): void;
  /** So far. */
  counts(): { readonly lines: number; readonly failed: number };
  report(fileSha256: string, more?: JsonObject): ImportReport;
}

/** Counts lines as they are decided, in bounded memory. */
export function createImportTally(): ImportTally {
  const counts = { lines: 0, applied: 0, replayed: 0, failed: 0 };
  const errors: LineError[] = [];
  const merged: MergedLines[] = [];
  const codes = new Set<ErrorCode>();
  return {
    line: (count = 1) => void (counts.lines += count),
    applied: (count = 1) => void (counts.applied += count),
    replayed: (count = 1) => void (counts.replayed += count),
    fail(error) {
      counts.failed += 1;
      codes.add(error.code);
      if (errors.length < ERRORS_KEPT_MAX) errors.push(error);
    },
    merge: (lines) => void merged.push(lines),
    counts: () => counts,
    report: (fileSha256, more = {}) => {
      const [only] = codes;
      return {
        fileSha256,
        ...counts,
        errors: errors.sort((a, b) => a.line - b.line),
        commonCode: codes.size === 1 && only !== undefined ? only : null,
        merged,
        more,
      };
    },
  };
}

/**
 * How a command with this report ends: undefined = done; BATCH_PARTLY_DONE = some lines failed and
 * the others stand; any other code = nothing was applied, and this is why.
 */
export function importOutcome(report: ImportReport): ErrorCode | undefined {
  if (report.failed === 0) return undefined;
  if (report.applied + report.replayed > 0) return 'BATCH_PARTLY_DONE';
  return report.commonCode ?? 'INVALID_INPUT';
}

/** The document of `--json` (cli.md: `… import FILE`). */
export function importDocument(report: ImportReport): JsonObject {
  const { fileSha256, lines, applied, replayed, failed, errors, merged, more } = report;
  return {
    file_sha256: fileSha256,
    lines,
    applied,
    replayed,
    failed,
    errors: errors.map(({ line, code, message, sku }) => ({ line, code, message, sku })),
    ...(errors.length < failed ? { errors_omitted: failed - errors.length } : {}),
    ...(merged.length === 0
      ? {}
      : { merged: merged.map(({ sku, lines: at, spellings }) => ({ sku, lines: at, spellings })) }),
    ...more,
  };
}

/** The error of a file of which nothing was applied; its facts are the whole document. */
export function nothingApplied(report: ImportReport, code: ErrorCode): InvError {
  const [first] = report.errors;
  const reason = first === undefined ? '' : `: line ${String(first.line)}: ${first.message}`;
  const more = report.failed > 1 ? ` (and ${String(report.failed - 1)} more)` : '';
  return new InvError(
    code,
    `nothing was applied, ${String(report.failed)} of ${String(report.lines)} lines cannot be${reason}${more}`,
    { hint: hintFor(code), facts: importDocument(report) },
  );
}

function hintFor(code: ErrorCode): string {
  switch (code) {
    case 'REQUEST_CONFLICT':
      return 'these lines were booked before with other flags; to book them once more, add --request-id with a new id';
    case 'INSUFFICIENT_STOCK':
      return 'inv stock list';
    default:
      return 'mend these lines and run it again';
  }
}
