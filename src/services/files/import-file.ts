import type { ParsedLine, RawLine } from '../../domain/parse/lines.ts';
import { InvError } from '../../lib/errors.ts';
import { createSeenCodes } from '../../lib/seen-codes.ts';
import type { SeenCodes } from '../../lib/seen-codes.ts';
import type { FileLine } from '../stock/file-lines.ts';
import { readBatches } from './read-batches.ts';
import type { ReadBatch, ReadLine } from './read-batches.ts';
import { createImportTally } from './import-report.ts';
import type { ImportReport, ImportTally, LineError } from './import-report.ts';
import { createMergeLog } from './merge-log.ts';
import type { MergeLog, RepeatedLine } from './merge-log.ts';

/** What was decided and written for one batch. */
export interface BatchResult {
  readonly created: number;
  readonly updated: number;
  /** Known already and equal, or later lines of a code that the file has defined. */
  readonly replayed: number;
  /** Known and different, and left as it is because nothing may be updated. */
  readonly kept: number;
  readonly errors: readonly LineError[];
  /** The lines that define a code, as they were accepted. */
  readonly defined: readonly {
    readonly code: string;
    readonly spelling: string;
    readonly line: number;
  }[];
  readonly repeated: readonly RepeatedLine[];
}

/** What tells products from suppliers. */
export interface ImportKind<Line, Batch> {
  readonly codeColumn: string;
  readonly parse: (values: RawLine) => ParsedLine<Line>;
  /** Runs work in one transaction, again as a whole when another writer was in the way. */
  inTransaction<T>(
    work: (batch: Batch) => Promise<{ readonly value: T; readonly keep: boolean }>,
  ): Promise<T>;
  /** @param firstLine the line of an earlier batch that may have defined a code */
  apply(
    batch: Batch,
    lines: readonly ReadLine<Line>[],
    firstLine: (code: string) => number | undefined,
  ): Promise<BatchResult>;
}

export interface ImportFileOptions {
  readonly fileSha256: string;
  /** One reading of the file from its start; may be asked for again. */
  readonly batches: () => AsyncIterable<readonly FileLine[]>;
  /** All lines or none. */
  readonly atomic: boolean;
  readonly dryRun: boolean;
  /** Lines of one transaction, unless `atomic` or `dryRun` ask for a single one. */
  readonly batchLinesMax: number;
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly onProgress: (lines: number) => void;
  /** Told of every refused line once it is final; undefined = the report's list is enough. */
  readonly onReject: ((error: LineError) => void) | undefined;
}

/** What is known of the file so far; a transaction that runs again starts with a new one. */
interface Progress {
  readonly tally: ImportTally;
  readonly merges: MergeLog;
  readonly seen: SeenCodes;
  readonly counts: { created: number; updated: number; kept: number };
  /** Only when somebody wants them: a million lines may be bad. */
  readonly refused: LineError[] | undefined;
}

/**
 * Imports the lines of a file: the first valid line of a code defines it, equal lines change nothing,
 * so that running the same file again writes nothing. Memory is bounded for any number of lines.
 * @throws InvError when a store fails or the command is cut off: whole batches stay, a rerun goes on
 */
export async function importFile<Line, Batch>(
  kind: ImportKind<Line, Batch>,
  options: ImportFileOptions,
): Promise<ImportReport> {
  const progress =
    options.atomic || options.dryRun
      ? await importWhole(kind, options)
      : await importInBatches(kind, options);
  for (const error of progress.refused ?? []) options.onReject?.(error);
  return reportOf(progress, options);
}

/** While MySQL works on one batch the next one is read and parsed. */
async function importInBatches<Line, Batch>(
  kind: ImportKind<Line, Batch>,
  options: ImportFileOptions,
): Promise<Progress> {
  const progress = newProgress(options);
  let underWay: Promise<void> = Promise.resolve();
  for await (const read of readBatches(kind, options)) {
    await underWay;
    throwIfAborted(options.signal, progress.tally);
    underWay = importBatch(kind, read, progress).then(() => {
      options.onProgress(progress.tally.counts().lines);
    });
    underWay.catch(() => undefined);
  }
  await underWay;
  return progress;
}

async function importBatch<Line, Batch>(
  kind: ImportKind<Line, Batch>,
  read: ReadBatch<Line>,
  progress: Progress,
): Promise<void> {
  const result = await kind.inTransaction(async (batch) => {
    const value = await kind.apply(batch, read.lines, progress.seen.firstLine);
    return { value, keep: true };
  });
  fold(progress, read, result);
}

/** One transaction for the whole file; it stays only if every line is good and it is no dry run. */
function importWhole<Line, Batch>(
  kind: ImportKind<Line, Batch>,
  options: ImportFileOptions,
): Promise<Progress> {
  return kind.inTransaction(async (batch) => {
    const progress = newProgress(options);
    for await (const read of readBatches(kind, options)) {
      throwIfAborted(options.signal, undefined);
      fold(progress, read, await kind.apply(batch, read.lines, progress.seen.firstLine));
      options.onProgress(progress.tally.counts().lines);
    }
    const isRefused = options.atomic && progress.tally.counts().failed > 0;
    return { value: progress, keep: !isRefused && !options.dryRun };
  });
}

function newProgress({ onReject }: ImportFileOptions): Progress {
  return {
    tally: createImportTally(),
    merges: createMergeLog(),
    seen: createSeenCodes(),
    counts: { created: 0, updated: 0, kept: 0 },
    refused: onReject === undefined ? undefined : [],
  };
}

function fold<Line>(progress: Progress, read: ReadBatch<Line>, result: BatchResult): void {
  const { tally, merges, seen, counts, refused } = progress;
  const errors = [...read.errors, ...result.errors].sort((a, b) => a.line - b.line);
  tally.line(read.lines.length + read.errors.length);
  for (const error of errors) {
    tally.fail(error);
    refused?.push(error);
  }
  tally.applied(result.created + result.updated);
  tally.replayed(result.replayed + result.kept);
  counts.created += result.created;
  counts.updated += result.updated;
  counts.kept += result.kept;
  for (const { code, spelling, line } of result.defined) {
    seen.add(code, line);
    merges.define(code, spelling);
  }
  for (const repeated of result.repeated) merges.repeat(repeated);
}

function reportOf(
  { tally, merges, counts }: Progress,
  { fileSha256, requestId, atomic }: ImportFileOptions,
): ImportReport {
  const { merged, linesOmitted } = merges.report();
  for (const lines of merged) tally.merge(lines);
  const report = tally.report(fileSha256, {
    request_id: requestId,
    created: counts.created,
    updated: counts.updated,
    ...(counts.kept === 0 ? {} : { not_updated: counts.kept }),
    ...(linesOmitted === 0 ? {} : { merged_lines_omitted: linesOmitted }),
  });
  // All or nothing: what was good was taken back with the rest.
  const isWithheld = atomic && report.failed > 0;
  if (!isWithheld) return report;
  return {
    ...report,
    applied: 0,
    replayed: 0,
    more: { request_id: requestId, created: 0, updated: 0 },
  };
}

function throwIfAborted(signal: AbortSignal, tally: ImportTally | undefined): void {
  if (!signal.aborted) return;
  const lines = tally?.counts().lines ?? 0;
  throw new InvError(
    'INTERRUPTED',
    `interrupted after ${String(lines)} lines, which stay imported`,
    {
      hint: 'run the same command again: it goes on where it stopped',
    },
  );
}
